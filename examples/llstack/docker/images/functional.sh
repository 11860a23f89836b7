#!/bin/sh
# What a container of the functional smoke does: the program's own dry runs with one backend, and one line that says how it went.
set -eu
backend=$1
status=failed
trap 'echo "{ \"backend\": \"$backend\", \"status\": \"$status\" }"' EXIT
llstack version --json
llstack status
llstack install --backend "$backend" --dry-run
llstack site:create shop.example --dry-run
llstack doctor --json
status=passed
