/** Compares a Release with one that was rebuilt from its source, artifact by artifact. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { placeOf } from "../../format/layout.ts";
import type { Release, ReleaseArtifact } from "../../format/release.ts";
import { hexOf } from "../../model/artifact.ts";
import { problemsOf } from "../../model/problem.ts";
import { firstDifference } from "./difference.ts";
import { differenceBeyond, isAboutOthers } from "./lists.ts";
import { type RebuiltArtifact, type RebuiltOutcome, worst } from "./report.ts";
import { strippers } from "./strippers/table.ts";

/** A Release in a folder. */
export interface InFolder {
  readonly folder: string;
  readonly release: Release;
}

export interface Comparison {
  readonly released: InFolder;
  readonly rebuilt: InFolder;
  /** For copies that are taken apart. */
  readonly temporary: string;
  /** The rebuilt one was made without keys. */
  readonly unsigned?: boolean | undefined;
  /** Why other bytes prove nothing about an artifact; undefined where they do. */
  readonly excuse: (artifact: ReleaseArtifact) => string | undefined;
}

const statement: ReleaseArtifact = { name: "release.json", type: "release", size: 0, digests: { sha256: "" } };

/** All artifacts of the released one, release.json last, and those that only the rebuilt one has. */
export async function compareReleases(comparison: Comparison): Promise<readonly RebuiltArtifact[]> {
  const { released, rebuilt } = comparison;
  const { artifacts } = released.release;
  const compared: RebuiltArtifact[] = [];
  for (const artifact of artifacts.filter((one) => !isAboutOthers(one)))
    compared.push(await compareOne(comparison, artifact));
  compared.push(...more(released.release, rebuilt.release));
  // What lists name has been compared before them.
  const about = [...compared];
  for (const artifact of [...artifacts.filter(isAboutOthers), statement])
    compared.push(await compareList(comparison, artifact, about));
  return compared;
}

function more(released: Release, rebuilt: Release): readonly RebuiltArtifact[] {
  const names = new Set(released.artifacts.map(({ name }) => name));
  return rebuilt.artifacts
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => result(name, "different", "it is only in the rebuilt release"));
}

async function compareOne(comparison: Comparison, artifact: ReleaseArtifact): Promise<RebuiltArtifact> {
  const { released, rebuilt, excuse } = comparison;
  const { name } = artifact;
  const [a, b] = await Promise.all([released, rebuilt].map((one) => pathIn(one, artifact)));
  if (a === undefined) return result(name, "inconclusive", "it is not in the folder that is verified");
  if (artifact.type === "signature") return compareSignature(name, a, b);
  if (b === undefined) {
    const why = excuse(artifact);
    return result(name, why === undefined ? "different" : "inconclusive", why ?? "it was not rebuilt");
  }
  if (await isSame(a, b)) return result(name, "identical", "");
  const stripped = await strippedSame(artifact, a, b, comparison.temporary);
  if (stripped.length > 0) return { name, outcome: "equivalent", strippers: stripped, detail: "" };
  const why = excuse(artifact);
  const difference = await firstDifference(artifact, a, b);
  if (why !== undefined) return result(name, "inconclusive", `${why} (${difference})`);
  return result(name, "different", difference);
}

/** A signature says who, not what: it is no part of what is rebuilt, and verifying it is another question. */
async function compareSignature(name: string, a: string, b: string | undefined): Promise<RebuiltArtifact> {
  if (b !== undefined && (await isSame(a, b))) return result(name, "identical", "");
  const detail =
    b === undefined ? "its key is not here" : "signatures of this kind differ each time, or its key is another";
  return { name, outcome: "equivalent", strippers: ["signature"], detail };
}

async function compareList(
  comparison: Comparison,
  artifact: ReleaseArtifact,
  about: readonly RebuiltArtifact[],
): Promise<RebuiltArtifact> {
  const { released, rebuilt, excuse } = comparison;
  const { name } = artifact;
  const [a, b] = await Promise.all([released, rebuilt].map((one) => pathIn(one, artifact)));
  if (a === undefined || b === undefined) return compareOne(comparison, artifact);
  if (await isSame(a, b)) return result(name, "identical", "");
  const others = about.filter(({ outcome }) => outcome !== "identical");
  const outcome: RebuiltOutcome = worst(others.map((one) => one.outcome));
  const [first] = others.filter((one) => one.outcome === outcome);
  if (first !== undefined && outcome !== "equivalent") return result(name, outcome, `it is about ${first.name}`);
  const sides = [
    { path: a, release: released.release },
    { path: b, release: rebuilt.release },
  ] as const;
  const difference = await differenceBeyond(artifact, ...sides, comparison.unsigned === true);
  if (difference !== undefined) return undecided(name, excuse(artifact), difference);
  if (first === undefined) return undecided(name, excuse(artifact), "digests of what is the same");
  return { name, outcome: "equivalent", strippers: ["digests"], detail: `it is about ${first.name}` };
}

function undecided(name: string, why: string | undefined, difference: string): RebuiltArtifact {
  return why === undefined
    ? result(name, "different", difference)
    : result(name, "inconclusive", `${why} (${difference})`);
}

/** The stripper after which both sides are the same; empty where there is none. */
async function strippedSame(
  artifact: ReleaseArtifact,
  a: string,
  b: string,
  temporary: string,
): Promise<readonly string[]> {
  for (const stripper of strippers.filter((one) => one.applies(artifact))) {
    try {
      if ((await stripper.digest(a, temporary)) === (await stripper.digest(b, temporary))) return [stripper.name];
    } catch (thrown) {
      // What cannot be read as its format says is compared as it is.
      if (problemsOf(thrown) === undefined) throw thrown;
    }
  }
  return [];
}

/** Files lie side by side, or in folders by platform. */
async function pathIn({ folder }: InFolder, { name, platform }: ReleaseArtifact): Promise<string | undefined> {
  for (const place of [name, placeOf("by-platform", name, platform)]) {
    const path = join(folder, place);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() === true) return path;
  }
  return undefined;
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([digestOfFile(a), digestOfFile(b)]);
  return hexOf(left.digest) === hexOf(right.digest);
}

function result(name: string, outcome: RebuiltOutcome, detail: string): RebuiltArtifact {
  return { name, outcome, strippers: [], detail };
}
