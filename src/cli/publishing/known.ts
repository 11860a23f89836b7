/** A Release as far as it is known here: from its folder, or from what a place shows of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { readRelease, type Release } from "../../format/release.ts";
import type { ReleaseAbout } from "../../model/about.ts";
import type { Artifact, Digest } from "../../model/artifact.ts";
import { Problem, throwIfAny } from "../../model/problem.ts";
import { readPublished } from "../../publish/statement.ts";
import { openReleased, releasedFrom } from "../../store/released.ts";
import { stores } from "../../store/table.ts";
import { aboutPlan, aboutRelease, aboutStatement } from "../about.ts";
import { exit, exitFor } from "../exit.ts";
import { storeContext } from "./context.ts";
import type { Where } from "./where.ts";

export interface Known {
  readonly release: Release;
  readonly about: ReleaseAbout;
  readonly artifacts: readonly Artifact[];
  /** Of release.json. */
  readonly digest: Digest;
  /** `here`, or the name of the store it was read from. */
  readonly from: string;
}

/**
 * What the Release is made of. Without its folder, release.json of the first place that shows one of that version is believed. Fails
 * with `file.missing` where no place does.
 */
export async function knownRelease(where: Where, signal: AbortSignal): Promise<Known> {
  const { folder, layout, plan } = where;
  if (existsSync(join(folder, "release.json")) || plan === undefined) {
    const { release, artifacts, from } = await openReleased(folder, layout);
    const about = aboutRelease(release, { artifacts, from }, plan);
    return { release, about, artifacts, digest: digestIn(artifacts), from: "here" };
  }
  const context = storeContext({ ...where, signal }, aboutPlan(plan));
  const problems: Problem[] = [];
  for await (const { store, text, problem } of readPublished({ publish: where.publish, stores, context })) {
    if (problem !== undefined) problems.push(problem);
    if (text === undefined) continue;
    const release = readRelease(Buffer.from(text).toString("utf8"), `release.json of ${store}`);
    if (release.version !== plan.version || release.product !== plan.project) continue;
    const artifacts = releasedFrom(release, text);
    return { release, about: aboutStatement(release, plan), artifacts, digest: digestIn(artifacts), from: store };
  }
  // Places that could not be asked may have it; of others nothing more is expected.
  if (problems.length > 0 && exitFor(problems) === exit.unavailable) throwIfAny(problems);
  const unknown = new Problem(
    "file.missing",
    `${folder} holds no release, and no place shows ${plan.project} ${plan.version}`,
    { hint: "Look which versions there are: git tag. One that is not made yet is made by slipway release." },
  );
  throwIfAny([unknown, ...problems]);
  throw unknown;
}

function digestIn(artifacts: readonly Artifact[]): Digest {
  const statement = artifacts.find(({ type }) => type === "release");
  if (statement === undefined) throw new Error("a release without its statement");
  return statement.digest;
}
