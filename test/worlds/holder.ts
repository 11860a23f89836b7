/** Mounts and processes apart from this machine's, held by a process that ends with this one, killed or not. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import { cacheFolder } from "../../scripts/judges/find.ts";

/** What a program came to. */
export interface Outcome {
  /** 128 and the signal's number where it was killed. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Holder {
  /** The words that the script said when all was ready. */
  readonly said: readonly string[];
  /** Ends the script; the kernel then ends everything else of it. */
  release(): Promise<void>;
}

/** Where scripts mount what they hold. The same folder for all: each sees its own mounts there, and others see an empty folder. */
export const mountPoint = join(cacheFolder, "mounts");

/**
 * Runs a shell script as the first process of namespaces of its own (mounts, processes, and network unless it is `shared`). It says
 * one line when all is ready, and ends when its standard input does. `$1` is {@link mountPoint}; `args` follow. Needs root on Linux.
 */
export async function hold(
  script: string,
  args: readonly string[],
  { network = "own" }: { readonly network?: "own" | "shared" } = {},
): Promise<Holder> {
  mkdirSync(mountPoint, { recursive: true });
  const spaces = network === "own" ? apart : apart.filter((option) => option !== "--net");
  const child = spawn("unshare", [...spaces, "sh", "-c", script, "sh", mountPoint, ...args]);
  const ended = once(child, "close");
  const said = (await firstLine(child)).split(" ");
  return {
    said,
    async release() {
      child.stdin.end();
      await ended;
    },
  };
}

const apart = ["--mount", "--pid", "--ipc", "--uts", "--net", "--fork", "--kill-child"];

/** Why nothing can be held here, or undefined where it can. */
export function holdObstacle(): string | undefined {
  if (process.platform !== "linux") return "roots need Linux";
  if (process.getuid?.() !== 0) return "only root can make a root to install into";
  const { status } = spawnSync("unshare", [...apart, "mount", "-t", "tmpfs", "none", "/proc"]);
  return status === 0 ? undefined : "this machine does not let root make namespaces";
}

/** Runs a program to its end. */
export async function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(command, args, { env, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), closed(child)]);
  // As shells say it.
  return { status: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), stdout, stderr };
}

async function closed(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  return (await once(child, "close")) as [number | null, NodeJS.Signals | null];
}

async function firstLine(child: ChildProcess): Promise<string> {
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => (complaint += piece));
  if (child.stdout !== null) for await (const line of createInterface(child.stdout)) return line;
  throw new Error(`no root could be mounted: ${complaint}`);
}
