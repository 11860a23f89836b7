#!/bin/sh
# Installs the restic-manager agent on this host, from the server it reports to:
#   curl -fsSL http://SERVER:8080/install/install.sh | sudo sh -s -- --server http://SERVER:8080 --key KEY
set -eu

usage() {
	cat <<'USAGE'
Usage: install.sh --server URL --key KEY [--host NAME] [--root DIR]
  --server URL   the restic-manager server
  --key KEY      its key: "restic-manager-server key" prints it
  --host NAME    what this host is called there (default: its hostname)
  --root DIR     install below DIR and start nothing
USAGE
}

fail() {
	echo "install.sh: $*" >&2
	exit 1
}

main() {
	server='' key='' host='' root=''
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help) usage && exit 0 ;;
		--server | --key | --host | --root) [ $# -ge 2 ] || fail "$1 needs a value" ;;
		*) usage >&2 && fail "unknown option $1" ;;
		esac
		case $1 in
		--server) server=${2%/} ;;
		--key) key=$2 ;;
		--host) host=$2 ;;
		--root) root=$2 ;;
		esac
		shift 2
	done
	[ -n "$server" ] || fail '--server is needed'
	[ -n "$key" ] || fail '--key is needed'

	[ "$(uname -s)" = Linux ] || fail "there is no agent for $(uname -s)"
	case $(uname -m) in
	x86_64 | amd64) arch=amd64 ;;
	aarch64 | arm64) arch=arm64 ;;
	*) fail "there is no agent for $(uname -m)" ;;
	esac

	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	fetch "$server/agent/binary?os=linux&arch=$arch" "$folder/agent"
	fetch "$server/install/restic-manager-agent.service" "$folder/unit"
	write_environment >"$folder/environment"

	install -D -m 0755 "$folder/agent" "$root/usr/local/bin/restic-manager-agent"
	install -D -m 0644 "$folder/unit" "$root/etc/systemd/system/restic-manager-agent.service"
	install -D -m 0600 "$folder/environment" "$root/etc/restic-manager/agent.env"
	echo "Installed restic-manager-agent for linux/$arch."
	[ -n "$root" ] || start
}

fetch() {
	if command -v curl >/dev/null; then
		curl -fsSL -o "$2" "$1" || fail "$1 cannot be downloaded"
	elif command -v wget >/dev/null; then
		wget -qO "$2" "$1" || fail "$1 cannot be downloaded"
	else
		fail 'curl or wget is needed'
	fi
}

# What the host said before about its repository stays.
write_environment() {
	kept=$root/etc/restic-manager/agent.env
	if [ -f "$kept" ]; then
		grep -v -e '^RM_SERVER=' -e '^RM_KEY=' -e '^RM_HOST=' "$kept" || true
	else
		echo '# Whose snapshots are reported: RESTIC_REPOSITORY=, RESTIC_PASSWORD_FILE=, ...'
	fi
	echo "RM_SERVER=$server"
	echo "RM_KEY=$key"
	[ -z "$host" ] || echo "RM_HOST=$host"
}

start() {
	if [ -d /run/systemd/system ]; then
		systemctl daemon-reload
		systemctl enable restic-manager-agent
		systemctl restart restic-manager-agent
	else
		echo 'There is no systemd here: start /usr/local/bin/restic-manager-agent with the variables of /etc/restic-manager/agent.env.'
	fi
}

# Called at the end, so that a download that broke off runs nothing.
main "$@"
