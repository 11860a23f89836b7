#!/bin/sh
# "remove" (deb), "0" (rpm) and the version that goes (apk) mean that it goes for good; everything else is an upgrade.
set -e

case "${1:-}" in
upgrade | 1 | failed-upgrade) exit 0 ;;
esac
if command -v systemctl >/dev/null 2>&1; then
    systemctl disable --now jaco.service || true
fi
