#!/bin/sh
set -e

if ! getent group engram >/dev/null; then
    groupadd --system engram
fi
if ! getent passwd engram >/dev/null; then
    useradd --system --gid engram --home-dir /var/lib/engram --shell /usr/sbin/nologin engram
fi

mkdir -p /var/lib/engram
chown engram:engram /var/lib/engram
chmod 750 /var/lib/engram
