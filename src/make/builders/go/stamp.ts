/** What Go stamps into a program from git, made to be the same in every clone, for every user, at every time. */

// It stands in `debug.BuildInfo`: vcs.revision, vcs.modified, the module's version.

import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";

import type { Json } from "../../../model/json.ts";
import { problemsOf } from "../../../model/problem.ts";
import type { CommandResult, MakeContext } from "../../maker.ts";
import { lastValue, wordsOfGoflags } from "./flags.ts";
import type { GoStep } from "./options.ts";

export interface Stamp {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** All that the stamp depends on, for the key. */
  readonly facts: Json;
}

/**
 * Stamped is what is in a git repository with a commit, unless the config's own flags or GOFLAGS say otherwise. The
 * operator's GOFLAGS do not count here: they differ between users.
 */
export async function stampOf(
  step: GoStep,
  env: Readonly<Record<string, string>>,
  context: MakeContext,
): Promise<Stamp> {
  const told = lastValue(step.args, "buildvcs") ?? lastValue(wordsOfGoflags(env["GOFLAGS"] ?? ""), "buildvcs");
  if (told === "false") return { args: [], env: {}, facts: null };
  const gitEnv = gitSettings(step, context.env);
  const cwd = join(context.root, step.dir);
  const facts = await context.once(["go stamp", cwd, String(step.dirty)].join("\0"), () =>
    gitFacts(cwd, gitEnv, context),
  );
  if (told !== undefined) return { args: [], env: gitEnv, facts };
  return { args: [`-buildvcs=${facts === null ? "false" : "auto"}`], env: gitEnv, facts };
}

/**
 * Null where there is no git, no repository or no commit; and in worktrees and submodules, whose `.git` is a file: there Go
 * sees nothing, or the repository around them, which is not the one that is released (cmd/go/internal/vcs).
 */
async function gitFacts(cwd: string, env: Readonly<Record<string, string>>, context: MakeContext): Promise<Json> {
  const git = (args: readonly string[], accept: readonly number[] = [0]): Promise<CommandResult> =>
    context.run({ command: "git", args, cwd, env, accept, quiet: true });
  const asked = ["rev-parse", "--show-toplevel", "HEAD", "--is-shallow-repository"];
  const repository = await git(asked, [0, 128]).catch((thrown: unknown) => {
    if (problemsOf(thrown)?.[0]?.code === "tool.missing") return undefined;
    throw thrown;
  });
  if (repository === undefined || repository.exitCode !== 0) return null;
  const [top = "", ...head] = repository.stdout.split("\n");
  if (!(await isFolder(join(top, ".git")))) return null;
  const [status, tags] = await Promise.all([
    git(["status", "--porcelain"]),
    // Of a commit without a tag of its own, the version is counted from the nearest tag before it.
    git(["for-each-ref", "--merged=HEAD", "--format=%(refname) %(objectname) %(*objectname)", "refs/tags"]),
  ]);
  return { head, modified: status.stdout !== "", tags: createHash("sha256").update(tags.stdout).digest("hex") };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Settings for the git commands that Go runs, over the operator's own (git-config(1), ENVIRONMENT).
 * - safe.directory: a clone that belongs to another user is still the project that is being released.
 * - status.showUntrackedFiles: files that nobody added (the release folder, what hooks generate) do not make a clean tree
 *   `+dirty`; what is changed does. A tree that was dirty when the Facts were gathered says so, whatever made it dirty.
 */
function gitSettings({ dirty }: GoStep, inherited: MakeContext["env"]): Readonly<Record<string, string>> {
  const count = Number.parseInt(inherited["GIT_CONFIG_COUNT"] ?? "0", 10) || 0;
  return {
    GIT_CONFIG_COUNT: String(count + 2),
    [`GIT_CONFIG_KEY_${count}`]: "safe.directory",
    [`GIT_CONFIG_VALUE_${count}`]: "*",
    [`GIT_CONFIG_KEY_${count + 1}`]: "status.showUntrackedFiles",
    [`GIT_CONFIG_VALUE_${count + 1}`]: dirty ? "normal" : "no",
    // Asking must not write: other Steps and the operator use the same index.
    GIT_OPTIONAL_LOCKS: "0",
  };
}
