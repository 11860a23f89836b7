/** Whose a repository on this machine is: git runs its hooks and obeys its settings as whoever pushes to it. */
import { spawn } from "node:child_process";
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

export interface Owning {
  /** Absolute path of the repository, as the config names it. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who runs this; undefined where users have no numbers, and git looks itself. */
  readonly user: number | undefined;
  /** An empty folder in which git is asked for the operator's settings. */
  readonly folder: string;
}

/**
 * The folders of a repository that git may believe although they are another user's, since the operator says so: `safe.directory`
 * (git-config(1)) of their own or the system's settings. None where all of it is the user's own. Fails with `store.denied` where it is
 * another's and nobody vouches for it.
 */
export async function believedFolders({ path, env, user, folder }: Owning): Promise<readonly string[]> {
  if (user === undefined) return [];
  const parts = await partsOf(path);
  const foreign = parts.find(({ owner }) => owner !== user);
  if (foreign === undefined) return [];
  const names = parts.flatMap(({ name, real }) => [name, real]);
  const vouched = await operatorsSafe(env, folder);
  if (names.some((name) => isVouched(name, vouched))) return [...new Set(names)];
  throw new Problem(
    "store.denied",
    `${foreign.name} belongs to another user (${foreign.owner}): its hooks and settings would be run as you`,
    {
      hint: `Push to it over ssh, or say that its owner may run programs as you: git config --global --add safe.directory ${path}`,
    },
  );
}

interface Part {
  readonly name: string;
  readonly real: string;
  readonly owner: number;
}

/** All that git could take for the repository (git-upload-pack(1), --strict), as far as it is there. */
async function partsOf(path: string): Promise<readonly Part[]> {
  const found: Part[] = [];
  for (const name of [path, `${path}.git`].flatMap((root) => [root, join(root, ".git")]))
    for (const each of [name, await linkedFrom(name)]) if (each !== undefined) found.push(...(await partAt(each)));
  return found;
}

async function partAt(name: string): Promise<readonly Part[]> {
  try {
    return [{ name, real: await realpath(name), owner: (await stat(name)).uid }];
  } catch (thrown) {
    if (isNothing(thrown)) return [];
    return onDisk(name, () => Promise.reject(thrown as Error));
  }
}

/** Where a file in place of a folder leads (gitrepository-layout(5)). */
async function linkedFrom(name: string): Promise<string | undefined> {
  try {
    if (!(await stat(name)).isFile()) return undefined;
    const [, to] = /^gitdir: ([^\n]+)/.exec(await readFile(name, "utf8")) ?? [];
    return to === undefined ? undefined : resolve(dirname(name), to);
  } catch (thrown) {
    if (isNothing(thrown)) return undefined;
    return onDisk(name, () => Promise.reject(thrown as Error));
  }
}

function isNothing(thrown: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "");
}

/** What git needs to find the operator's settings. */
const leading = ["PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

/** In their order; an empty one takes those before it back. */
async function operatorsSafe(env: Owning["env"], folder: string): Promise<readonly string[]> {
  const own = Object.fromEntries(leading.map((name) => [name, env[name]]));
  // No repository: only settings of the operator and the system count.
  const asked = { ...own, GIT_DIR: join(folder, "none") };
  const child = spawn("git", ["config", "--null", "--type=path", "--get-all", "safe.directory"], {
    cwd: folder,
    env: asked,
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
  const ended = new Promise<void>((done) => child.once("close", done).once("error", done));
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) text = (text + (chunk as string)).slice(0, 64 * 1024);
  await ended;
  const values = text.split("\0").slice(0, -1);
  return values.slice(values.lastIndexOf("") + 1);
}

function isVouched(name: string, vouched: readonly string[]): boolean {
  return vouched.some(
    (one) => one === "*" || one === name || (one.endsWith("/*") && name.startsWith(one.slice(0, -1))),
  );
}
