/** A root as small as Alpine's: busybox, accounts, and apk from outside. */
import { basename, join } from "node:path";

import type { Root } from "./roots.ts";

export interface Alpine {
  /** Runs apk on the root; throws where it fails. */
  apk(...args: readonly string[]): Promise<string>;
  /** The same where it may fail; gives its output, and that of the package's scripts. */
  attempt(...args: readonly string[]): Promise<{ readonly status: number | null; readonly output: string }>;
  /** Copies a package into the root, and installs or upgrades it. */
  add(file: string, ...args: readonly string[]): Promise<string>;
}

/** Makes a system of a bare root, with an empty database of packages that trusts `keys` (text by file name). */
export async function alpine(
  root: Root,
  apk: string,
  keys: Readonly<Record<string, string>> = {},
  arch = "x86_64",
): Promise<Alpine> {
  root.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  root.write("/etc/group", "root:x:0:\n");
  for (const [name, text] of Object.entries(keys)) root.write(`/etc/apk/keys/${name}`, text);
  await root.run("busybox", "mkdir", "-p", "/usr/bin", "/usr/sbin", "/sbin", "/tmp", "/root", "/etc/apk/keys");
  await root.run("busybox", "--install", "-s");
  const trusted = join(root.path, "etc/apk/keys");
  const common = ["--root", root.path, "--arch", arch, "--keys-dir", trusted, "--no-network", "--no-progress"];
  const run = (...args: readonly string[]): Promise<string> => root.outside(apk, ...common, ...args);
  // Debian's busybox has neither; these take the words that Alpine's takes, and no others.
  root.write("/usr/sbin/addgroup", addgroup, 0o755);
  root.write("/usr/sbin/adduser", adduser, 0o755);
  await run("add", "--initdb");
  return {
    apk: run,
    async attempt(...args) {
      const { status, stdout, stderr } = await root.attemptOutside(apk, ...common, ...args);
      return { status, output: `${stdout}${stderr}` };
    },
    add(file, ...args) {
      const at = root.put(file, `/tmp/${basename(file)}`);
      return run("add", ...args, join(root.path, at));
    },
  };
}

const addgroup = `#!/bin/sh
[ $# = 2 ] && [ "$1" = -S ] || { echo "addgroup $*" >&2; exit 1; }
echo "$2:x:$((100 + $(wc -l < /etc/group))):" >> /etc/group
`;

const adduser = `#!/bin/sh
home=/ about= group=
while getopts SDHh:s:G:g: option; do
  case $option in
    S|D|H|s) ;;
    h) home=$OPTARG ;;
    G) group=$OPTARG ;;
    g) about=$OPTARG ;;
    *) exit 1 ;;
  esac
done
shift $((OPTIND - 1))
[ $# = 1 ] || { echo "adduser $*" >&2; exit 1; }
gid=$(sed -n "s/^$group:x:\\([0-9]*\\):.*/\\1/p" /etc/group)
[ -n "$gid" ] || { echo "adduser: no group $group" >&2; exit 1; }
echo "$1:x:$((100 + $(wc -l < /etc/passwd))):$gid:$about:$home:/sbin/nologin" >> /etc/passwd
`;
