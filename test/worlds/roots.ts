/** Throw-away roots, in which package managers may do all they do: nothing of them is left, however the test ends. */
import { copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { execute, hold, mountPoint, type Outcome } from "./holder.ts";

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
  /** Where this process sees the root. Absolute links in it lead out of it: only for what follows none. */
  readonly folder: string;
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
  /** Makes a folder, with its parents. */
  mkdir(path: string): void;
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
 * Gives `use` a root that looks like the folder `lower`, whose changes are kept in memory, for as long as it takes.
 * It has no network but itself, and none of this machine's environment.
 */
export async function withRoot<Result>(lower: string, use: (root: Root) => Promise<Result>): Promise<Result> {
  const holder = await hold(holding, [lower]);
  const [pid = ""] = holder.said;
  const into = ["nsenter", "--target", pid, "--mount", "--pid", "--ipc", "--uts", "--net"];
  try {
    return await use(
      rootAt({ folder: join("/proc", pid, "root", rootPath), outside: into, inside: [...into, "chroot", rootPath] }),
    );
  } finally {
    await holder.release();
  }
}

export const rootPath = join(mountPoint, "root");

/** Mounts the root `$2` below `$1`, with its changes in memory. */
export const mountRoot = `
mount -t tmpfs -o mode=755 roots "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" roots "$1/root"
`;

// The process reads its own number as others know it: /proc is still this machine's.
const holding = `set -e
read -r pid rest < /proc/self/stat
${mountRoot}
mkdir -p "$1/root/proc"
mount -t proc proc "$1/root/proc"
echo "$pid"
read -r _
`;

/** How a root is reached. */
export interface Reach {
  /** Where this process sees it. */
  readonly folder: string;
  /** What stands before a command that runs in the root. */
  readonly inside: readonly string[];
  /** What stands before a command of this machine that sees the root at {@link rootPath}. */
  readonly outside: readonly string[];
}

export function rootAt({ folder, inside, outside }: Reach): Root {
  const here = (path: string): string => join(folder, path);
  const attempt: Root["attempt"] = (...words) => launch([...inside, ...words], insideEnv);
  const attemptOutside: Root["attemptOutside"] = (...words) => launch([...outside, ...words], process.env);
  return {
    path: rootPath,
    folder,
    attempt,
    attemptOutside,
    run: async (...words) => succeeded(words, await attempt(...words)),
    outside: async (...words) => succeeded(words, await attemptOutside(...words)),
    put(from, to) {
      mkdirSync(here(dirname(to)), { recursive: true });
      copyFileSync(from, here(to));
      return to;
    },
    mkdir: (path) => void mkdirSync(here(path), { recursive: true }),
    write(path, content, mode = 0o644) {
      mkdirSync(here(dirname(path)), { recursive: true });
      writeFileSync(here(path), content, { mode });
    },
    read: (path) => readFileSync(here(path), "utf8"),
    stat: (path) => look(here(path), { users: here("/etc/passwd"), groups: here("/etc/group") }),
    list: (path) => readdirSync(here(path)).toSorted(),
  };
}

const insideEnv = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
};

function launch([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return execute(command, args, env);
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
