/** A throw-away root that has booted: its own systemd runs the services of the packages that are installed into it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { hold, holdObstacle } from "./holder.ts";
import { mountRoot, type Root, rootAt } from "./roots.ts";

/**
 * Boots a root with systemd, made as by `withRoot`, and gives it to `use` when its boot has ended. It has a network of its own,
 * which reaches itself alone: a service's port is the root's, and no other test's. Where `use` fails, the error ends with the journal.
 */
export async function withBooted<Result>(lower: string, use: (root: Root) => Promise<Result>): Promise<Result> {
  const holder = await hold(booting, [lower]);
  const [pid = "", leader = ""] = holder.said;
  const outside = ["nsenter", "--target", pid, "--mount", "--pid", "--ipc", "--uts", "--net"];
  const root = rootAt({
    folder: join("/proc", pid, "root", "proc", leader, "root"),
    outside,
    inside: [...outside, "nsenter", "--target", leader, "--all"],
  });
  try {
    return await use(root);
  } catch (error) {
    const { stdout } = await root.attempt("journalctl", "--no-pager", "--lines=100", "--output=short-monotonic");
    throw new Error(`${String(error)}\n\nThe journal ends with:\n${stdout}`, { cause: error });
  } finally {
    await holder.release();
  }
}

/** Why nothing can be booted here, or undefined where it can. */
export function bootObstacle(): string | undefined {
  const obstacle = holdObstacle();
  if (obstacle !== undefined) return obstacle;
  const { status } = spawnSync("unshare", ["--mount", "mount", "-t", "cgroup2", "none", "/mnt"]);
  return status === 0 ? undefined : "this machine does not let root mount control groups";
}

// systemd wants control groups of the second version, and those of containers stay when their processes are gone: a later boot
// removes what one that was killed left. All is in place when the boot has ended, whether or not a unit failed.
const booting = `set -e
read -r pid rest < /proc/self/stat
groups=/sys/fs/cgroup/slipway
forget() {
  for folder in "$groups"-*; do
    [ -e "/proc/\${folder##*-}" ] || find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || :
  done
}
${mountRoot}
umount -R /sys/fs/cgroup 2>/dev/null || :
mount -t cgroup2 none /sys/fs/cgroup
forget
mkdir "$groups-$pid"
mount -t proc proc /proc
mount -t tmpfs run /run
echo 1 > "$groups-$pid/cgroup.procs"
systemd-nspawn --quiet --boot --directory="$1/root" --machine=slipway --register=no --keep-unit --private-network \\
  --console=pipe > "$1/console" 2>&1 < /dev/null &
container=$!
state=
for attempt in $(seq 600); do
  leader=$(cat "/proc/$container/task/$container/children") || break
  leader=\${leader% }
  [ -z "$leader" ] || state=$(nsenter --target "$leader" --all systemctl is-system-running 2>/dev/null) || :
  case $state in running|degraded) break;; esac
  sleep 0.05
done
case $state in
  running|degraded) echo "$pid $leader"; read -r _ || : ;;
  *) echo "it did not boot: $state" >&2; cat "$1/console" >&2 ;;
esac
echo 1 > /sys/fs/cgroup/cgroup.procs
echo 1 > "$groups-$pid/cgroup.kill"
wait "$container" || :
until grep -q "populated 0" "$groups-$pid/cgroup.events"; do sleep 0.01; done
find "$groups-$pid" -depth -type d -exec rmdir {} +
`;
