/** `verify --attestation`: what a platform's attestation proves of how a Release was built. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { readRelease } from "../../format/release.ts";
import { mostBundle } from "../../format/sigstore/bundle.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { attempt } from "../../verify/attempt.ts";
import { buildLevel } from "../../verify/build-level.ts";
import { readWhole } from "../../verify/read-whole.ts";
import type { Trust } from "../../verify/trust.ts";
import { outcomeOf, type Verdict } from "../../verify/verdict.ts";
import type { Target } from "./target.ts";

/** The verdict of a Release in a folder, with a check for each attestation. Nothing is said of what is not verified. */
export async function withAttestations(
  verdict: Verdict,
  target: Target,
  paths: readonly string[],
  trust: Trust,
): Promise<Verdict> {
  if (paths.length === 0) return verdict;
  if (target.kind !== "folder")
    throw new Problem("usage", "--attestation is about a release", { expected: "the folder of a release" });
  if (verdict.outcome !== "verified") return verdict;
  const checks = [...verdict.checks];
  for (const path of paths) {
    checks.push(
      await attempt("level", path, async () => {
        const file = join(target.path, "release.json");
        const text = await onDisk(file, () => readFile(file));
        const release = readRelease(text.toString("utf8"), "release.json");
        const sha256 = createHash("sha256").update(text).digest("hex");
        const { level, builder, by } = await buildLevel(await readWhole(path, mostBundle), { release, sha256 }, trust);
        return `SLSA build level ${level}: built by ${builder}, which ${by.name} attests`;
      }),
    );
  }
  return { ...verdict, checks, outcome: outcomeOf(checks) };
}
