#!/bin/sh
# Runs every service of docker/compose/functional.yaml, or those of the command line, and looks for the sign that it passed.
# DOCKER=podman takes another program that understands the same words.
set -eu
docker=${DOCKER:-docker}
file=docker/compose/functional.yaml
logs=dist/docker-smoke

$docker info >/dev/null 2>&1 || {
	echo "docker-smoke: $docker cannot be reached: is it installed and running, and may $(id -un) use it?" >&2
	exit 2
}
compose() { $docker compose --file "$file" --project-name llstack-smoke "$@"; }
compose config --quiet
services=${*:-$(compose config --services | sort)}
trap 'compose down --volumes --remove-orphans >/dev/null 2>&1 || true' EXIT
mkdir -p "$logs"
failed=
for service in $services; do
	compose up --build --abort-on-container-exit --exit-code-from "$service" "$service" >"$logs/$service.up.log" 2>&1 || true
	compose logs --no-color "$service" >"$logs/$service.log" 2>&1
	if grep -q '"status": "passed"' "$logs/$service.log"; then
		echo "passed  $service"
	else
		echo "FAILED  $service: see $logs/$service.log" >&2
		failed="$failed $service"
	fi
done
test -z "$failed"
