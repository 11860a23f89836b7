/** What the provenance says of the source: which ref and tree, by which config, and who builds. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import type { Config } from "../../model/config.ts";
import { onDisk } from "../../model/disk.ts";
import type { SourceFacts } from "../../model/provenance.ts";
import { builderOf } from "./builder.ts";
import { refOf } from "./ci.ts";
import type { Environment, Git } from "./git.ts";

export interface SourceQuestion {
  /** Of the release; empty where there is none. */
  readonly tag: string;
  /** Empty on a detached HEAD. */
  readonly branch: string;
}

/** Undefined where no provenance is written. The repository has a commit. */
export async function readSourceFacts(
  config: Config,
  git: Git,
  env: Environment,
  { tag, branch }: SourceQuestion,
): Promise<SourceFacts | undefined> {
  if (config.trust.provenance === undefined) return undefined;
  const name = basename(config.file);
  const [tree, prefix, bytes] = await Promise.all([
    git("rev-parse", "--verify", "--quiet", "HEAD^{tree}"),
    git("rev-parse", "--show-prefix"),
    onDisk(config.file, () => readFile(join(config.root, name))),
  ]);
  return {
    ref: tag !== "" ? `refs/tags/${tag}` : branch !== "" ? `refs/heads/${branch}` : (refOf(env)?.written ?? ""),
    tree: (tree ?? "").trim(),
    config: { path: `${(prefix ?? "").trim()}${name}`, sha256: createHash("sha256").update(bytes).digest("hex") },
    builder: builderOf(env),
  };
}
