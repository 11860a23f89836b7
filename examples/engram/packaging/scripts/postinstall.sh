#!/bin/sh
set -e

cat <<'EOF'

Engram has been installed.

Next steps:
  1. Edit /etc/engram/environment to set API keys
  2. Review /etc/engram/engram.yaml for configuration
  3. Start the service: systemctl start engram
  4. Enable on boot: systemctl enable engram

EOF
