/** Closes a Release: from everything that was made, the evidence and lists beside it and the statement about all of it. */
import { isDigestAlgorithm } from "../format/digest.ts";
import { writeRelease } from "../format/release.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Plan } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { type Closing, type CloseRequest, factsOf, keepText } from "./close/closing.ts";
import { attachmentsOfRelease } from "./close/attachments.ts";
import { checksumsOfRelease, indexOfRelease, signatureListOfRelease } from "./close/lists.ts";
import { refuseHidden, refuseNames, refuseUnexpected } from "./close/names.ts";
import { provenanceOfRelease } from "./close/provenance.ts";
import { releaseSignatures, signAll } from "./close/signatures.ts";
import { describeArtifact } from "./listing.ts";

export type { CloseRequest, SignFile } from "./close/closing.ts";

/** The name of the statement, the same in every Release. */
const releaseName = "release.json";

/**
 * All artifacts of the Release, with release.json last and before it its signatures, which it cannot list. The same artifacts give
 * the same bytes, in whatever order they were made. Fails with `plan.collision` when two have one name, which for globs and names
 * of lists is only known now, and with what the keys' commands fail with.
 */
export async function closeRelease(request: CloseRequest): Promise<readonly Artifact[]> {
  const closing: Closing = { ...request, facts: factsOf(request.plan), algorithms: algorithmsOf(request.plan) };
  const { made, cache, algorithms, facts } = closing;
  const programs = [...made.values()].flat().filter(({ listed }) => listed);
  const listings = await Promise.all(programs.map((artifact) => describeArtifact(artifact, made, cache, algorithms)));

  const said = [...listings, ...(await indexOfRelease(closing, listings))];
  const proven = [...said, ...(await provenanceOfRelease(closing, said))];
  const evidence = [...proven, ...(await attachmentsOfRelease(closing, proven))];
  const signatures = await signAll(closing, evidence);
  const checksums = await checksumsOfRelease(closing, evidence);
  signatures.push(...(await signAll(closing, checksums)));
  const list = await signatureListOfRelease(closing, signatures);
  const all = [...evidence, ...checksums, ...signatures, ...list];
  refuseNames(all, releaseName);

  const expected = releaseSignatures(closing, releaseName);
  refuseHidden(expected);
  const text = writeRelease({ ...facts, signatures: expected, artifacts: all.map(({ entry }) => entry) });
  const release = await keepText(cache, releaseName, "release", text, all);
  const vouching = await signAll(closing, [release]);
  refuseUnexpected(vouching, expected);
  refuseNames([...all, ...vouching], releaseName);
  return [...all, ...vouching, release].map(({ artifact }) => artifact);
}

function algorithmsOf({ release }: Plan): Closing["algorithms"] {
  return release.checksums.map(({ algorithm }) => {
    if (isDigestAlgorithm(algorithm)) return algorithm;
    throw new Problem("plan.invalid", `"${algorithm}" is no checksum algorithm`);
  });
}
