/** What would happen in the repository: to the tag, to a release that is there already, to the names of files. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Probed } from "../kind.ts";
import { releaseLine, tagLine } from "../forge/ahead.ts";
import { githubName } from "./names.ts";
import { standing } from "./place.ts";
import type { Session } from "./session.ts";
import { survey } from "./survey.ts";
import { commitOfTag } from "./tags.ts";

export async function probeTag(session: Session): Promise<readonly Probed[]> {
  return [tagLine(session, await commitOfTag(session.github, session.tag))];
}

export async function probeRelease(session: Session): Promise<readonly Probed[]> {
  const here = (await session.findHere())?.digest;
  const { published, ours, stale, foreign } = await survey(session, here);
  const isFixed = published?.immutable ?? session.isImmutable;
  const there = published ?? ours[0] ?? foreign[0] ?? stale[0];
  return [releaseLine(session, there === undefined ? undefined : standing(there, isFixed), here)];
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
