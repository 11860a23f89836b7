/** Decides a cut: which version, which tag, which edits. Changes nothing. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";

import { gatherFacts } from "../../input/facts/gather.ts";
import { gitIn } from "../../input/facts/git.ts";
import { readRepository, readTagNames, type Repository } from "../../input/facts/repository.ts";
import { newest, tagForm, tagGlobs, versionTags } from "../../input/facts/tags.ts";
import { templateVocabulary, type TemplateVocabulary, type Version } from "../../input/index.ts";
import type { Config } from "../../model/config.ts";
import type { BuildKind, KindTable } from "../../model/kind.ts";
import { onDisk } from "../../model/disk.ts";
import { ownFolder } from "../../model/own-folder.ts";
import { Problem, problemsOf, throwIfAny } from "../../model/problem.ts";
import { cutChangelog, unreleasedOf } from "../changelog.ts";
import { readText } from "./candidates.ts";
import type { Edit } from "./edit.ts";
import { versionEdits, versionInFiles } from "./edits.ts";
import type { Environment } from "./git.ts";
import { nextVersion } from "./next-version.ts";

export interface CutRequest {
  readonly config: Config;
  readonly kinds: { readonly builders: KindTable<BuildKind> };
  readonly env: Environment;
  /** A version, or `major`, `minor`, `patch`, `prerelease`. */
  readonly word: string;
  /** For the changelog: `2026-01-30`. */
  readonly date: string;
}

/** A cut that was decided. */
export interface Cut {
  readonly version: string;
  readonly tag: string;
  /** Empty for the first. */
  readonly previousTag: string;
  readonly branch: string;
  /** The commit it begins at. */
  readonly head: string;
  readonly message: string;
  readonly edits: readonly Edit[];
  /** What the gates may use in templates. */
  readonly vocabulary: TemplateVocabulary;
}

const usualChangelog = "CHANGELOG.md";

/**
 * What is to be done for the next version. Throws everything that is in the way: a dirty tree (`git.dirty`), a version that is not later
 * than the last one HEAD contains (`version.invalid`), a tag that is there, another branch (`git.tag`), and what is wrong with the files.
 */
export async function prepareCut(request: CutRequest): Promise<Cut> {
  const { config, env, word } = request;
  const git = gitIn(config.root, env);
  const form = tagForm(config.version.prefix);
  const repository = await readRepository(git, {
    tagGlobs: tagGlobs(form),
    ignore: config.version.ignore,
    ours: ownFolder(config.release.folder.source),
  });
  refuseShallow(repository);
  const last = newest(versionTags(repository.tags, form, config.version.ignore));
  const current = last?.version ?? (await versionInFiles(config));
  const version = await chooseVersion(word, last?.version, current);
  const tag = `${config.version.prefix}${version.text}`;
  const tags = await readTagNames(git);
  const problems = [...stateProblems(config, repository), ...takenTag(tags, tag, form)];
  const edits = await gathered(problems, () => editsOf(request, current, version, tag));
  throwIfAny(problems);
  const vocabulary = await vocabularyOf(request, version, tag, last?.name ?? "");
  const { branch, commit: head } = repository;
  const message = config.cut.message.render(vocabulary.base).trim();
  return { version: version.text, tag, previousTag: last?.name ?? "", branch, head, message, edits, vocabulary };
}

/** Where there is no tag yet, the version that files hold may be the first that is tagged. */
async function chooseVersion(
  word: string,
  tagged: Version | undefined,
  current: Version | undefined,
): Promise<Version> {
  const isWritten = /^v?\d/.test(word);
  return nextVersion(word, isWritten ? tagged : current);
}

async function gathered<T>(problems: Problem[], work: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await work();
  } catch (thrown) {
    const found = problemsOf(thrown);
    if (found === undefined) throw thrown;
    problems.push(...found);
    return [];
  }
}

async function editsOf(
  request: CutRequest,
  current: Version | undefined,
  version: Version,
  tag: string,
): Promise<readonly Edit[]> {
  const edits = await versionEdits(request.config, current?.text, version.text);
  const known = request.config.cut.files === undefined ? await trackedOf(request, edits) : edits;
  const all = [...known, ...(await changelogEdit(request, version.text, tag))];
  await refuseLinks(request.config, all);
  return all;
}

/** What a link leads to is another file, maybe of another project: the commit of a cut would not hold it. */
async function refuseLinks({ root, cut: { place } }: Config, edits: readonly Edit[]): Promise<void> {
  const problems: Problem[] = [];
  for (const { file } of edits) {
    const path = join(root, file);
    if (!(await onDisk(path, () => lstat(path))).isSymbolicLink()) continue;
    const hint = "Name the file itself: `cut.files` for versions, `cut.changelog` for the changelog.";
    problems.push(new Problem("file.denied", `${file} is a link, and a cut changes files`, { place, hint }));
  }
  throwIfAny(problems);
}

/** Of what was found and not named, what git does not know is nobody's business. */
async function trackedOf({ config, env }: CutRequest, edits: readonly Edit[]): Promise<readonly Edit[]> {
  const paths = edits.map(({ file }) => file);
  if (paths.length === 0) return edits;
  const listed = await gitIn(config.root, env)("--literal-pathspecs", "ls-files", "-z", "--stage", "--", ...paths);
  // Mode 120000 is a link: the file it leads to is looked at by its own name.
  const tracked = new Set((listed ?? "").split("\0").flatMap((line) => /^100\d+ .*?\t(.*)$/s.exec(line)?.[1] ?? []));
  return edits.filter(({ file }) => tracked.has(file) || config.version.from === `file:${file}`);
}

/** A changelog that has a section for the version already stays as it is. */
async function changelogEdit({ config, date }: CutRequest, version: string, tag: string): Promise<readonly Edit[]> {
  const { changelog, place } = config.cut;
  if (changelog === false) return [];
  const file = changelog ?? usualChangelog;
  const before = await readText(config.root, file);
  if (before === undefined && changelog !== undefined)
    throw new Problem("file.missing", `there is no ${file}`, { place, hint: "Write it, or say `changelog: false`." });
  if (before === undefined || (changelog === undefined && unreleasedOf(before) === undefined)) return [];
  try {
    return [{ file, before, after: cutChangelog(before, { version, tag, date, file }), was: [] }];
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "plan.collision") return [];
    throw thrown;
  }
}

function refuseShallow({ isShallow }: Repository): void {
  if (isShallow)
    throw new Problem("git.shallow", "the clone is shallow, and the last version cannot be seen", {
      hint: "Fetch the whole history: git fetch --unshallow --tags.",
    });
}

function stateProblems(config: Config, { branch, changes }: Repository): readonly Problem[] {
  const { branch: wanted, place } = config.cut;
  const dirty = changes.map(({ path }) => path);
  return [
    ...(dirty.length === 0
      ? []
      : [
          new Problem("git.dirty", "the working tree differs from the commit", {
            lines: [...dirty.slice(0, 10), ...(dirty.length > 10 ? [`and ${dirty.length - 10} more`] : [])],
            hint: "Commit or stash the changes, or add what is generated to .gitignore.",
          }),
        ]),
    ...(branch === "" ? [new Problem("git.tag", "HEAD is on no branch", { hint: "Check a branch out." })] : []),
    ...(wanted === undefined || branch === "" || branch === wanted
      ? []
      : [new Problem("git.tag", `versions are cut on ${wanted}, and this is ${branch}`, { place })]),
  ];
}

function takenTag(
  tags: readonly string[],
  tag: string,
  { stem, hasV }: ReturnType<typeof tagForm>,
): readonly Problem[] {
  const same = hasV ? [tag, `${stem}${tag.slice(stem.length + 1)}`] : [tag];
  const taken = tags.find((name) => same.includes(name));
  return taken === undefined ? [] : [new Problem("git.tag", `there is a tag ${taken} already`)];
}

/** As templates will see the release. */
async function vocabularyOf(
  { config, kinds, env }: CutRequest,
  version: Version,
  tag: string,
  previousTag: string,
): Promise<TemplateVocabulary> {
  const bare: Config = { ...config, builds: [], packages: [], charts: [], images: [], before: [], notes: undefined };
  const facts = await gatherFacts({ config: bare, kinds, env, version: version.text, validate: false });
  return templateVocabulary(config, { ...facts, git: { ...facts.git, tag, previousTag } });
}
