/** Gets the sources of a Release into a folder of their own: a clone, at the commit, with the tree that the provenance names. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Provenance } from "../../format/provenance.ts";
import { Problem } from "../../model/problem.ts";
import { lastWords, runProgram, type Ran } from "./process.ts";

export interface Checkout {
  /** What differs from the day of the release. */
  readonly notes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Clones `from` (a path or URL) into `folder`, which is not there yet. Fails with `verify.unavailable` where the commit cannot be
 * got, and `verify.mismatch` where its tree is another than the provenance says.
 */
export async function checkOut(
  from: string,
  folder: string,
  { source, build }: Pick<Provenance, "source" | "build">,
  env: Environment,
): Promise<Checkout> {
  const git = gitFor(folder, env);
  await git.must("clone", "--quiet", "--no-checkout", "--", from, folder);
  if ((await git.ask("cat-file", "-e", `${source.commit}^{commit}`)).code !== 0)
    throw new Problem("verify.unavailable", `${from} has no commit ${source.commit}`);
  const tree = (await git.must("rev-parse", "--verify", `${source.commit}^{tree}`)).trim();
  if (tree !== source.tree)
    throw new Problem(
      "verify.mismatch",
      `commit ${source.commit} has the tree ${tree}, the provenance says ${source.tree}`,
    );
  const branch = /^refs\/heads\/(.+)$/.exec(source.ref)?.[1];
  await git.must("checkout", "--quiet", ...(branch === undefined ? ["--detach"] : ["-B", branch]), source.commit);
  await keepAddress(from, git);
  if (await isThere(join(folder, ".gitmodules")))
    await git.must("submodule", "update", "--quiet", "--init", "--recursive");
  return { notes: await retag(build.tag, source.commit, git) };
}

interface Git {
  ask(...args: readonly string[]): Promise<Ran>;
  /** What it prints; fails with `verify.unavailable` in git's words. */
  must(...args: readonly string[]): Promise<string>;
}

/** Only transports that run nothing here, no prompts, no hooks, no settings that would change the bytes of a checkout. */
function gitFor(folder: string, env: Environment): Git {
  const settings = ["core.autocrlf=false", "advice.detachedHead=false", "core.hooksPath=/dev/null", "safe.directory=*"];
  const words = ["git", ...settings.flatMap((setting) => ["-c", setting])];
  const quiet = { ...env, GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const ask: Git["ask"] = (...args) => {
    const cwd = args[0] === "clone" ? dirname(folder) : folder;
    return runProgram([...words, ...args], { cwd, env: quiet });
  };
  return {
    ask,
    async must(...args) {
      const ran = await ask(...args);
      if (ran.code === 0) return ran.stdout;
      throw new Problem("verify.unavailable", `git ${args[0] ?? ""}: ${lastWords(ran)}`);
    },
  };
}

/** A clone of a local clone has the address that this one has, since configs ask for it. */
async function keepAddress(from: string, { ask, must }: Git): Promise<void> {
  if (/^[a-z+]+:\/\//i.test(from)) return;
  const { code, stdout } = await ask("-C", from, "config", "--get", "remote.origin.url");
  if (code === 0) await must("remote", "set-url", "origin", stdout.trim());
  else await must("remote", "remove", "origin");
}

/** A tag may have gone or moved since; the release is of the one that was there. */
async function retag(tag: string, commit: string, { ask, must }: Git): Promise<readonly string[]> {
  if (tag === "") return [];
  const found = await ask("rev-parse", "--quiet", "--verify", `refs/tags/${tag}^{commit}`);
  if (found.code === 0 && found.stdout.trim() === commit) return [];
  if ((await ask("merge-base", "--is-ancestor", `refs/tags/${tag}`, commit)).code === 0) return []; // a snapshot after it
  await must("tag", "--force", tag, commit);
  return [`the tag ${tag} ${found.code === 0 ? "is at another commit now" : "is not there any more"}`];
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
