/** What would happen in the repository: to the tag, to a release that is there already, to the names of files. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Probed } from "../kind.ts";
import { releaseIn } from "../forge/marker.ts";
import { githubName } from "./names.ts";
import type { Session } from "./session.ts";
import { survey } from "./survey.ts";
import { commitOfTag, tagProblem } from "./tags.ts";

export async function probeTag({ github, tag, moves, about, options }: Session): Promise<readonly Probed[]> {
  const there = await commitOfTag(github, tag);
  if (moves) return [{ what: "tag", outcome: "ok", detail: `${tag} is moved to ${about.commit}` }];
  const problem = tagProblem(there, { tag, commit: about.commit, target: options.target });
  if (problem !== undefined) throw problem;
  const detail = there === undefined ? `${tag} is made on ${options.target}` : `${tag} is ${there}, as here`;
  return [{ what: "tag", outcome: "ok", detail }];
}

export async function probeRelease(session: Session): Promise<readonly Probed[]> {
  const { tag, options, isImmutable, moves } = session;
  const { published, ours, foreign } = await survey(session, (await session.findHere())?.digest);
  const of = (detail: string): readonly Probed[] => [{ what: "names", outcome: "ok", detail }];
  if (published !== undefined) {
    const adds = options.existing === "append" || options.existing === "keep";
    const isFixed = published.immutable ?? isImmutable;
    if (adds && !isFixed) return of(`files are added to the release ${tag}, which is out`);
    if ((moves || options.existing === "replace") && !isFixed) return of(`the release ${tag} that is out is replaced`);
    const whose = releaseIn(published.body) === undefined ? "which Slipway did not make" : "which Slipway made";
    const detail = `a release ${tag} is out already, ${whose}${isFixed ? ", and is immutable" : ""}`;
    // The same Release again is no failure; whether it is the same is not known before it is made.
    return [{ what: "names", outcome: "warning", detail }];
  }
  const adds = options.existing === "append" || options.existing === "keep";
  if (ours.length === 0 && foreign.length > 0 && !adds)
    throw new Problem(
      "store.conflict",
      `a draft of ${tag} is there that Slipway did not make: ${foreign[0]?.html_url ?? ""}`,
      {
        hint: "Say `existing: append` for that store to add to it, or delete the draft.",
      },
    );
  return of(ours.length > 0 ? `goes on with the draft of ${tag}` : `no release ${tag} is there`);
}

/** Names that GitHub changes, and those that would be one then. */
export function probeNames(expected: readonly ExpectedArtifact[]): readonly Probed[] {
  const changed = expected.filter(({ name }) => githubName(name) !== name);
  const clashes = expected.filter(({ name }, at) =>
    expected.slice(0, at).some((other) => other.name !== name && githubName(other.name) === githubName(name)),
  );
  const first = clashes[0];
  if (first !== undefined) {
    const detail = `GitHub would call several files ${githubName(first.name)}, such as ${first.name}`;
    const problem = new Problem("store.conflict", detail, {
      hint: "Give them names that differ in letters and digits.",
    });
    return [{ what: "names", outcome: "failed", detail, problem }];
  }
  return changed.map(({ name }) => ({
    what: "names",
    outcome: "warning",
    detail: `GitHub calls ${name} ${githubName(name)}`,
  }));
}

export function probeSettings({ isImmutable }: Session): Probed {
  const detail = isImmutable
    ? "its releases are immutable: what is published is final, and comes after all that can be taken back"
    : "its releases can be changed after they are published";
  return { what: "settings", outcome: "ok", detail };
}
