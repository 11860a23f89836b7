/** Trailers (git-interpret-trailers(1)) by which commits of a Release are known again, and found in a branch's history. */
import type { Digest } from "../../model/artifact.ts";
import type { GitRepository, Oid } from "./repository.ts";

const [released, withdrawn, shown] = ["Slipway-Release", "Slipway-Withdrawn", "Slipway-Version"];

/** What the files of a commit are of. */
export interface Shown {
  readonly project: string;
  readonly version: string;
}

/** `release` is the digest of release.json; undefined where no Release lies on this machine. */
export function releaseMessage(message: string, of: Shown, release: Digest | undefined): string {
  const last = release === undefined ? [] : [`${released}: ${release}`];
  return [message.trimEnd(), "", versionLine(of), ...last].join("\n");
}

/** `backTo` is what the files show afterwards, where that is known. */
export function withdrawnMessage(
  title: string,
  { why, release, backTo }: { readonly why: string; readonly release: Digest; readonly backTo: Shown | undefined },
): string {
  const line = backTo === undefined ? [] : [versionLine(backTo)];
  return [title, "", why.trim(), "", ...line, `${withdrawn}: ${release}`].join("\n");
}

function versionLine({ project, version }: Shown): string {
  return `${shown}: ${project} ${version}`;
}

/** The version of a project that a path shows, by the newest of its commits that says one, as far as history was fetched. */
export async function versionAt(
  repository: GitRepository,
  tip: Oid,
  { path, project }: { readonly path: string; readonly project: string },
): Promise<{ readonly version: string | undefined } | undefined> {
  const name = project.replaceAll(/[^A-Za-z0-9_ -]/g, (odd) => `[${odd === "^" ? "\\^" : odd}]`);
  const pattern = `^(${shown}: ${name}|${withdrawn}:) `;
  const args = ["log", "-1", "--extended-regexp", `--grep=${pattern}`, "--format=%B", tip, "--", `:(literal)${path}`];
  const message = (await repository.here(args)).toString("utf8");
  if (message.trim() === "") return undefined;
  const begin = `${shown}: ${project} `;
  return {
    version: message
      .split("\n")
      .findLast((line) => line.startsWith(begin))
      ?.slice(begin.length),
  };
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
