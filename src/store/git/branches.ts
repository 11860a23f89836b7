/** Names of the references that a release uses in somebody's repository. */
import { createHash } from "node:crypto";

import type { ReleaseAbout } from "../../model/about.ts";
import type { DecidedGit } from "./decided.ts";

export interface StagingNames {
  /** Full name of where everything waits until it is shown; the branch that a pull request asks to merge. */
  readonly staging: string;
  /** The same for taking it back. */
  readonly withdrawing: string;
}

/**
 * `refs/slipway/engram-1.2.0-3f2a91`, which no clone fetches and no workflow runs for; for pull requests, a branch of that name. Two
 * stores may go to one repository, so what they are told is part of the name.
 */
export function stagingNames(
  { project, version }: Pick<ReleaseAbout, "project" | "version">,
  { pullRequest, branch, path }: Pick<DecidedGit, "pullRequest" | "branch" | "path">,
): StagingNames {
  const told = createHash("sha256")
    .update(JSON.stringify([branch, path, pullRequest?.base]))
    .digest("hex")
    .slice(0, 6);
  const name = `${project}-${version}-${told}`
    .replace(/[^A-Za-z0-9+_.-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[.-]+/, "");
  const space = pullRequest === undefined ? "refs/slipway" : "refs/heads/slipway";
  return { staging: `${space}/${name}`, withdrawing: `${space}/${name}-withdrawn` };
}

export function refOfBranch(branch: string): string {
  return `refs/heads/${branch}`;
}
