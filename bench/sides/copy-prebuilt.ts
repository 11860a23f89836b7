/** Makes GoReleaser's builds free: what it takes for Go copies a program that is there, and hands all else to go. */

export const COPY_PREBUILT = `#!/bin/sh
if [ "$1" != build ]; then exec go "$@"; fi
while [ "$1" != -o ]; do shift; done
exec cp "prebuilt/\${GOOS}_\${GOARCH}" "$2"
`;
