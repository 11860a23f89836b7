/** Trailers (git-interpret-trailers(1)) by which commits of a Release are known again, and found in a branch's history. */
import type { Digest } from "../../model/artifact.ts";
import type { GitRepository, Oid } from "./repository.ts";

const [released, withdrawn] = ["Slipway-Release", "Slipway-Withdrawn"];

/** `release` is the digest of release.json; undefined where no Release lies on this machine. */
export function releaseMessage(message: string, release: Digest | undefined): string {
  return release === undefined ? message : `${message.trimEnd()}\n\n${released}: ${release}`;
}

export function withdrawnMessage(title: string, why: string, release: Digest): string {
  return `${title}\n\n${why.trim()}\n\n${withdrawn}: ${release}`;
}

export interface FoundCommit {
  readonly commit: Oid;
  readonly isWithdrawn: boolean;
}

/** The newest commit before `tip` that published or withdrew this Release, as far as history was fetched. */
export async function findCommit(
  repository: GitRepository,
  tip: Oid,
  release: Digest,
): Promise<FoundCommit | undefined> {
  const pattern = `^(${released}|${withdrawn}): ${release}$`;
  const args = ["log", "-1", "--extended-regexp", `--grep=${pattern}`, "--format=%H%n%B", tip, "--"];
  const [commit = "", ...message] = (await repository.here(args)).toString("utf8").split("\n");
  if (commit === "") return undefined;
  return { commit, isWithdrawn: message.includes(`${withdrawn}: ${release}`) };
}
