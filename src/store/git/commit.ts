/** Makes a commit of another one and some files: the same files on the same parent are the same commit, whenever and wherever it is made. */
import type { Author } from "./author.ts";
import { type SignCommit, withSignature } from "./signed-commit.ts";
import type { GitRepository, Oid, TreeFile } from "./repository.ts";

export interface Change {
  /** By path; undefined: it is removed. */
  readonly files: ReadonlyMap<string, Omit<TreeFile, "path"> | undefined>;
  /** Whole text, trailers and all. */
  readonly message: string;
}

export interface CommitFacts {
  readonly author: Author;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** A file in the private folder that stands for git's index. */
  readonly index: string;
  /** Left out: it is not signed. */
  readonly sign?: SignCommit | undefined;
}

/** The new commit; undefined where nothing changes. */
export async function commitOn(
  repository: GitRepository,
  parent: Oid | undefined,
  { files, message }: Change,
  { author, epoch, index, sign }: CommitFacts,
): Promise<Oid | undefined> {
  const env = { GIT_INDEX_FILE: index };
  const run = async (args: readonly string[], input = ""): Promise<string> =>
    (await repository.here(args, { env, input })).toString("utf8").trim();
  await run(parent === undefined ? ["read-tree", "--empty"] : ["read-tree", parent]);
  await run(["update-index", "-z", "--add", "--replace", "--index-info"], indexInfo(files));
  // Files of others are not here: their names and digests are all a tree holds.
  const tree = await run(["write-tree", "--missing-ok"]);
  if (parent !== undefined && (await run(["rev-parse", `${parent}^{tree}`])) === tree) return undefined;
  const person = `${author.name} <${author.email}> ${epoch} +0000`;
  const header = [
    `tree ${tree}`,
    ...(parent === undefined ? [] : [`parent ${parent}`]),
    `author ${person}`,
    `committer ${person}`,
  ].join("\n");
  const text = `\n\n${message.trim()}\n`;
  const signature = await sign?.(Buffer.from(`${header}${text}`), epoch);
  const whole =
    signature === undefined ? header : withSignature(header, signature, tree.length === 40 ? "sha1" : "sha256");
  return run(["hash-object", "-t", "commit", "-w", "--stdin"], `${whole}${text}`);
}

/** Lines of git-update-index(1) --index-info; mode 0 removes. */
function indexInfo(files: Change["files"]): string {
  return [...files]
    .map(([path, file]) =>
      file === undefined ? `0 ${"0".repeat(40)}\t${path}\0` : `${file.mode} ${file.oid}\t${path}\0`,
    )
    .join("");
}
