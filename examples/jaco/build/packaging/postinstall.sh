#!/bin/sh
# Alpine brings the unit along and has no systemd: then there is nothing to reload.
set -e

if command -v systemctl >/dev/null 2>&1; then
    systemctl daemon-reload || true
fi
