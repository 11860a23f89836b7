/** Throw-away roots, in which package managers may do all they do: nothing of them is left, however the test ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
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

/** What stands at a path of a root, by the root's own names of users and groups. */
export interface Seen {
  readonly type: "file" | "dir" | "symlink" | "other";
  /** Permissions, setuid and the like included: `0o4755`. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** In bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Of a symlink; empty for all else. */
  readonly target: string;
}

/** A root folder with processes of its own and no network. Paths are absolute, as they are in the root. */
export interface Root {
  /** Where programs run by `outside` find the root: for `--root`. */
  readonly path: string;
  /** Runs a program in the root; gives what it printed, and throws where it fails. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Runs a program in the root, which may fail. */
  attempt(command: string, ...args: readonly string[]): Promise<Outcome>;
  /** Runs a program of this machine that sees the root at `path`; throws where it fails. */
  outside(command: string, ...args: readonly string[]): Promise<string>;
  /** As `outside`, for one that may fail. */
  attemptOutside(command: string, ...args: readonly string[]): Promise<Outcome>;
  /** Copies a file of this machine to a path of the root; gives that path. */
  put(from: string, to: string): string;
  /** Writes a text file, with its parents. */
  write(path: string, content: string, mode?: number): void;
  /** The text of a file. */
  read(path: string): string;
  /** What stands there, no link followed; undefined for nothing. */
  stat(path: string): Seen | undefined;
  /** Names in a folder, sorted. */
  list(path: string): readonly string[];
}

/**
 * Gives `use` a root that looks like the folder `lower`, whose changes are kept in memory. It is a mount in a namespace that ends
 * with the process that holds it, and that process ends when its standard input does: with `use`, or with this process, killed or not.
 * Needs root on Linux.
 */
export async function withRoot<Result>(lower: string, use: (root: Root) => Promise<Result>): Promise<Result> {
  const holder = await hold(lower);
  try {
    return await use(rootOf(holder.pid));
  } finally {
    await holder.release();
  }
}

/** Why there can be no root here, or undefined where there can. */
export function rootsObstacle(): string | undefined {
  if (process.platform !== "linux") return "roots need Linux";
  return process.getuid?.() === 0 ? undefined : "only root can make a root to install into";
}

// The same folder for every root: each sees its own mount there, and others see an empty folder.
const mountPoint = join(cacheFolder, "mounts");
const rootPath = join(mountPoint, "root");

// The process reads its own number before it mounts its own /proc: it is the number by which others know it.
const holding = `set -e
read -r pid rest < /proc/self/stat
mount -t tmpfs -o mode=755 roots "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" roots "$1/root"
mkdir -p "$1/root/proc"
mount -t proc proc "$1/root/proc"
ip link set lo up 2>/dev/null || true
echo "$pid"
read -r _
`;

interface Holder {
  /** Of the process that holds the namespaces, as this one knows it. */
  readonly pid: number;
  release(): Promise<void>;
}

async function hold(lower: string): Promise<Holder> {
  mkdirSync(mountPoint, { recursive: true });
  const apart = ["--mount", "--pid", "--ipc", "--uts", "--net", "--fork", "--kill-child"];
  const child = spawn("unshare", [...apart, "sh", "-c", holding, "sh", mountPoint, lower]);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const pid = await firstLine(child);
  return {
    pid: Number(pid),
    async release() {
      child.stdin?.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  if (child.stdout !== null) for await (const line of createInterface(child.stdout)) return line;
  throw new Error(`no root could be mounted: ${said}`);
}

function rootOf(pid: number): Root {
  const seenFromHere = (path: string): string => join(`/proc/${pid}/root`, rootPath, path);
  const into = ["--target", String(pid), "--mount", "--pid", "--ipc", "--uts", "--net"];
  const attempt: Root["attempt"] = (...words) => execute("nsenter", [...into, "chroot", rootPath, ...words], inside);
  const attemptOutside: Root["attemptOutside"] = (...words) => execute("nsenter", [...into, ...words], process.env);
  const write: Root["write"] = (path, content, mode = 0o644) => {
    mkdirSync(seenFromHere(dirname(path)), { recursive: true });
    writeFileSync(seenFromHere(path), content, { mode });
  };
  return {
    path: rootPath,
    attempt,
    attemptOutside,
    run: async (...words) => succeeded(words, await attempt(...words)),
    outside: async (...words) => succeeded(words, await attemptOutside(...words)),
    write,
    put(from, to) {
      mkdirSync(seenFromHere(dirname(to)), { recursive: true });
      copyFileSync(from, seenFromHere(to));
      return to;
    },
    read: (path) => readFileSync(seenFromHere(path), "utf8"),
    stat: (path) =>
      look(seenFromHere(path), { users: seenFromHere("/etc/passwd"), groups: seenFromHere("/etc/group") }),
    list: (path) => readdirSync(seenFromHere(path)).toSorted(),
  };
}

// A program in a root has nothing of this machine's environment.
const inside = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
};

async function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(command, args, { env, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), closed(child)]);
  // As shells say it.
  return { status: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), stdout, stderr };
}

async function closed(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  return (await once(child, "close")) as [number | null, NodeJS.Signals | null];
}

function succeeded(words: readonly string[], { status, stdout, stderr }: Outcome): string {
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function look(path: string, { users, groups }: { readonly users: string; readonly groups: string }): Seen | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const type = stats.isFile() ? "file" : stats.isDirectory() ? "dir" : stats.isSymbolicLink() ? "symlink" : "other";
  return {
    type,
    mode: stats.mode & 0o7777,
    owner: nameOf(stats.uid, users),
    group: nameOf(stats.gid, groups),
    size: stats.size,
    mtime: Math.floor(stats.mtimeMs / 1000),
    target: type === "symlink" ? readlinkSync(path) : "",
  };
}

/** The name of a number in passwd(5) or group(5); the number where it has none. */
function nameOf(id: number, file: string): string {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.map((line) => line.split(":")).find((fields) => fields[2] === String(id))?.[0] ?? String(id);
}
