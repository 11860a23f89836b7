/** What stores and announcements are told of a Release: by its Plan before it is made, by its statement afterwards. */
import type { Release } from "../format/release.ts";
import type { ReleaseAbout } from "../model/about.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Plan } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Source } from "../model/store.ts";

/** Longest text of notes that is read: servers take less. */
const mostNotes = 4 * 1024 * 1024;

/** Before anything is made: there are no notes yet. */
export function aboutPlan(plan: Plan): ReleaseAbout {
  const { project, version, tag, previousTag, commit, epoch, isSnapshot, isNightly, isPrerelease } = plan;
  const { title, channel } = plan.release;
  const facts = { project, version, tag, previousTag, commit, epoch, isSnapshot, isNightly, isPrerelease };
  return { ...facts, title, channel, notes: async () => "" };
}

/** What was made, as its statement says; `plan` adds what only a Plan knows. */
export function aboutRelease(
  release: Release,
  { artifacts, from }: { readonly artifacts: readonly Artifact[]; readonly from: Source },
  plan: Plan | undefined,
): ReleaseAbout {
  const notes = artifacts.find(({ type }) => type === "notes");
  return { ...aboutStatement(release, plan), notes: async () => (notes === undefined ? "" : readText(notes, from)) };
}

/** The same where only the statement is here: its notes are elsewhere. */
export function aboutStatement(release: Release, plan: Plan | undefined): ReleaseAbout {
  const { product, version, tag, commit, epoch, channel, isSnapshot, isNightly, isPrerelease } = release;
  return {
    project: product,
    title: plan?.release.title ?? `${product} ${version}`,
    version,
    tag,
    previousTag: plan?.previousTag ?? "",
    commit,
    epoch,
    channel,
    isSnapshot,
    isNightly,
    isPrerelease,
    notes: async () => "",
  };
}

async function readText(artifact: Artifact, from: Source): Promise<string> {
  if (artifact.size > mostNotes)
    throw new Problem("plan.invalid", `${artifact.name} is too long for release notes: ${artifact.size} bytes`, {
      expected: `at most ${mostNotes} bytes`,
    });
  const chunks: Uint8Array[] = [];
  for await (const chunk of from.open(artifact)) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
