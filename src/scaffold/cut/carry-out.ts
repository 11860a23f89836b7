/** Carries a cut out: edits, gates, commit, tag. What fails or is stopped on the way leaves the tree and the branch as they were. */
import { join } from "node:path";

import { Problem, problemsOf, throwIfAny } from "../../model/problem.ts";
import { digestOf, digestOnDisk, rewrite } from "./disk.ts";
import type { OwnGit } from "./git.ts";
import { type Journal, removeJournal, restoreFiles, writeJournal } from "./journal.ts";
import type { Cut } from "./prepare.ts";

export interface CutTools {
  /** Absolute path of the project. */
  readonly root: string;
  readonly git: OwnGit;
  /** Path of the journal. */
  readonly journal: string;
  /** Runs the gates on the edited tree; throws where one fails. */
  gates(): Promise<void>;
  readonly signal: AbortSignal;
}

export interface Tagging {
  /** Whether git signs; a text is the key. */
  readonly sign: boolean | string;
}

/** Commits and tags. Gives the commit that has the tag. The journal stays for {@link pushCut}, or until it is removed. */
export async function carryOutCut(cut: Cut, tools: CutTools, tagging: Tagging): Promise<string> {
  const { root, git, journal, signal } = tools;
  const files = cut.edits.map(({ file }) => file);
  await refuseUntracked(git, files);
  await writeJournal(journal, cut);
  try {
    for (const { file, after } of cut.edits) await rewrite(join(root, file), after);
    await tools.gates();
    await refuseChanged(root, cut);
    signal.throwIfAborted();
    if (files.length > 0) await git("commit", "--quiet", "--only", "--message", cut.message, "--", ...files);
    signal.throwIfAborted();
    return await tagHead(cut, git, tagging);
  } catch (thrown) {
    const left = await undo(cut, tools);
    await removeJournal(journal);
    throw left.length === 0 ? thrown : withLeft(thrown, left);
  }
}

/** An annotated tag at HEAD, unless it is there. Gives the commit. */
export async function tagHead(
  { tag, message }: Pick<Cut, "tag" | "message">,
  git: OwnGit,
  { sign }: Tagging,
): Promise<string> {
  const commit = await headOf(git);
  if ((await isTagged(tag, git)) && (sign === false || (await isSigned(tag, git)))) return commit;
  const signing = typeof sign === "string" ? ["--local-user", sign] : sign ? ["--sign"] : [];
  await git("tag", "--force", "--annotate", ...signing, "--message", message, "--", tag, commit);
  if (sign === false || (await isSigned(tag, git))) return commit;
  // Git 2.39 makes the tag all the same where ssh-keygen does not find the key.
  await git("tag", "--delete", tag);
  throw new Problem("step.failed", `git did not sign ${tag}`, {
    hint: "Look at `git config user.signingKey` and `git config gpg.format`.",
  });
}

async function isTagged(tag: string, git: OwnGit): Promise<boolean> {
  return git("rev-parse", "--quiet", "--verify", `refs/tags/${tag}`).then(
    () => true,
    () => false,
  );
}

/** Whether the tag's object ends in a signature (gitformat-signature(5)). */
async function isSigned(tag: string, git: OwnGit): Promise<boolean> {
  const text = await git("cat-file", "-p", `refs/tags/${tag}`);
  return /^-----BEGIN (PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/m.test(text);
}

/** Pushes branch and tag in one step, to where the branch belongs; both arrive or none does. */
export async function pushCut({ branch, tag }: Pick<Cut, "branch" | "tag">, git: OwnGit): Promise<string> {
  const remote = await git("config", "--get", `branch.${branch}.remote`).then(
    (text) => text.trim(),
    () => "origin",
  );
  try {
    await git("push", "--quiet", "--atomic", remote, `refs/heads/${branch}`, `refs/tags/${tag}`);
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    throw new Problem(problem.code, `${tag} is tagged here, but not pushed: ${problem.message}`, {
      lines: problem.lines,
      hint: "Put that right and run the same command again with --push.",
      cause: thrown,
    });
  }
  return remote;
}

async function headOf(git: OwnGit): Promise<string> {
  return (await git("rev-parse", "--verify", "HEAD")).trim();
}

/** Whether HEAD is the commit of this cut: right behind where it began, with its message. */
async function isCommitted({ head, message }: Pick<Cut, "head" | "message">, git: OwnGit): Promise<boolean> {
  const [commit = "", parents = "", body = ""] = (await git("log", "-1", "--format=%H%x00%P%x00%B")).split("\0");
  return commit !== head && parents === head && body.startsWith(message.split("\n", 1)[0] ?? "");
}

/** Takes the commit back, then the edits. */
async function undo(cut: Cut, { root, git }: CutTools): Promise<readonly string[]> {
  const files = cut.edits.map(({ file, before, after }) => ({ file, before, after: digestOf(after) }));
  const now = await headOf(git);
  if (await isCommitted(cut, git)) await git("update-ref", "-m", "slipway cut: undone", "HEAD", cut.head, now);
  if (files.length > 0) await git("reset", "--quiet", "--", ...files.map(({ file }) => file));
  return restoreFiles(root, files);
}

function withLeft(thrown: unknown, left: readonly string[]): unknown {
  const [problem] = problemsOf(thrown) ?? [];
  if (problem === undefined) return thrown;
  const { code, message, place, lines, cause } = problem;
  return new Problem(code, message, {
    place,
    lines,
    cause,
    hint: `${left.join(" and ")} changed meanwhile and is left as it is: look at \`git diff\`.`,
  });
}

/** What git does not know would not be in the commit. */
async function refuseUntracked(git: OwnGit, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const tracked = new Set((await git("ls-files", "-z", "--", ...files)).split("\0"));
  throwIfAny(
    files
      .filter((file) => !tracked.has(file))
      .map(
        (file) =>
          new Problem("file.missing", `${file} is not in git`, { hint: "Add it, or leave it out of `cut.files`." }),
      ),
  );
}

/** Gates look; what they change is not what was decided. */
async function refuseChanged(root: string, { edits }: Cut): Promise<void> {
  for (const { file, after } of edits) {
    if ((await digestOnDisk(join(root, file))) === digestOf(after)) continue;
    throw new Problem("step.failed", `a gate changed ${file}`, { hint: "Let gates check and not write." });
  }
}

/**
 * How far a cut got that did not end: `restored` before its commit, with its edits taken back; `gone` where the branch went on without
 * it.
 */
export type Found = "restored" | "committed" | "tagged" | "gone";

/** Looks, and takes edits back that nobody committed. Throws `git.dirty` where somebody changed one of these files since. */
export async function recoverCut(journal: Journal, { root, git, journal: path }: CutTools): Promise<Found> {
  const head = await headOf(git);
  const tagged = await git("rev-parse", "--quiet", "--verify", `refs/tags/${journal.tag}^{commit}`).then(
    (text) => text.trim(),
    () => undefined,
  );
  if (tagged === head) return "tagged";
  if (tagged === undefined && (await isCommitted(journal, git))) return "committed";
  if (tagged === undefined && head === journal.head) {
    await takeBack(journal, { root, git, journal: path });
    return "restored";
  }
  await removeJournal(path);
  return "gone";
}

async function takeBack(
  { version, files }: Journal,
  { root, git, journal }: Pick<CutTools, "root" | "git" | "journal">,
): Promise<void> {
  if (files.length > 0) await git("reset", "--quiet", "--", ...files.map(({ file }) => file));
  const changed = await restoreFiles(root, files);
  if (changed.length > 0)
    throw new Problem("git.dirty", `a cut of ${version} was killed, and files were changed since`, {
      lines: changed,
      hint: `Put them right (git checkout -- ${changed[0] ?? ""}), remove ${journal}, and run it again.`,
    });
  await removeJournal(journal);
}
