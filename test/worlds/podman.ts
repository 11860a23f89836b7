/** Podman with a storage of its own, which runs images as people do: all its containers end with the tests, however they end. */
import { join } from "node:path";

import { judge } from "../judges.ts";
import { execute, hold, holdObstacle, mountPoint, type Outcome } from "./holder.ts";

export interface Podman {
  /** Runs `podman ARGS`; gives what it printed, and throws where it fails. */
  podman(...args: readonly string[]): Promise<string>;
  /** The same where it may fail. */
  attempt(...args: readonly string[]): Promise<Outcome>;
  /** Pulls from a registry of this machine, over plain HTTP; gives the image's id, which is the digest of its configuration. */
  pull(reference: string, platform?: string): Promise<string>;
  /** Starts a container that publishes `port` on this machine; `options` stand before the image, `args` after it. */
  serve(port: number, image: string, options?: readonly string[], args?: readonly string[]): Promise<Served>;
  /** Runs an image that is not this machine's by qemu-user, to its end: its entrypoint, with `args` in the place of its command. */
  runArm64(image: string, ...args: readonly string[]): Promise<Outcome>;
}

export interface Served {
  readonly id: string;
  /** `http://127.0.0.1:41473` */
  readonly url: string;
  /** Stops and removes it; volumes with names stay. */
  stop(): Promise<void>;
}

/** Why no container can be run here, or undefined where it can; its judges are `podman` and `runc`. */
export { holdObstacle as containerObstacle };

/** Gives `use` a podman without images, whose storage is in memory. */
export async function withPodman<Result>(use: (podman: Podman) => Promise<Result>): Promise<Result> {
  const podman = await startPodman();
  try {
    return await use(podman);
  } finally {
    await podman.stop();
  }
}

/** Starts a podman for the tests of a whole file. */
export async function startPodman(): Promise<Podman & { stop(): Promise<void> }> {
  const program = judge("podman");
  if (program === undefined) throw new Error("podman is not installed");
  const holder = await hold(holding, [], { network: "shared" });
  const [pid = ""] = holder.said;
  const inside = ["--target", pid, "--mount", "--pid", "--ipc", "--uts"];
  const env = {
    ...process.env,
    CONTAINERS_CONF: join(mountPoint, "containers.conf"),
    CONTAINERS_STORAGE_CONF: join(mountPoint, "storage.conf"),
  };
  const attempt: Podman["attempt"] = (...args) => execute("nsenter", [...inside, program, ...args], env);
  const podman: Podman["podman"] = async (...args) => {
    const { status, stdout, stderr } = await attempt(...args);
    if (status !== 0) throw new Error(`podman ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    podman,
    attempt,
    pull: async (reference, platform) => {
      const which = platform === undefined ? [] : [`--platform=${platform}`];
      return (await podman("pull", "--quiet", "--tls-verify=false", ...which, reference)).trim();
    },
    async serve(port, image, options = [], args = []) {
      const published = ["--detach", `--publish=127.0.0.1::${port}`];
      const id = (await podman("run", ...published, ...options, image, ...args)).trim();
      const address = (await podman("port", id, `${port}/tcp`)).trim();
      return { id, url: `http://${address}`, stop: async () => void (await podman("rm", "--force", "--time=5", id)) };
    },
    async runArm64(image, ...args) {
      const qemu = judge("qemu-aarch64");
      if (qemu === undefined) throw new Error("qemu-aarch64 is not installed");
      const entrypoint = (await podman("image", "inspect", "--format={{json .Config.Entrypoint}}", image)).trim();
      const words = JSON.stringify([emulator, ...((JSON.parse(entrypoint) as readonly string[] | null) ?? [])]);
      // The kernel may know nothing of other processors, and it is not for a test to teach it: qemu is named outright.
      const options = [`--volume=${qemu}:${emulator}:ro`, `--entrypoint=${words}`, "--network=none"];
      return attempt("run", "--rm", "--platform=linux/arm64", ...options, image, ...args);
    },
    async stop() {
      // Containers leave rules of the network and control groups behind unless they are removed.
      await attempt("rm", "--all", "--force", "--time=0");
      await holder.release();
    },
  };
}

const emulator = "/qemu-aarch64-static";

// Limits are given since this machine may not raise its own; runc, since crun refuses control groups of two versions.
const holding = `set -e
read -r pid rest < /proc/self/stat
mount -t tmpfs -o mode=755 podman "$1"
mount -t proc proc /proc
mkdir "$1/run" "$1/graph" "$1/tmp"
cat > "$1/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$1/graph"
runroot = "$1/run"
END
cat > "$1/containers.conf" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
tmp_dir = "$1/tmp"
image_copy_tmp_dir = "$1/tmp"
END
echo "$pid"
read -r _
`;
