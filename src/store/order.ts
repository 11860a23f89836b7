/** The order in which names move: what is referred to before what refers to it. */
import type { Artifact, Digest } from "../model/artifact.ts";

/**
 * The artifacts, each after those it refs or has as its subject; otherwise as they were. Refs to others are left aside. The Release
 * is the exception: it comes last, after the signatures of it, since whoever sees it looks for them.
 */
export function refsFirst(artifacts: readonly Artifact[]): readonly Artifact[] {
  const byDigest = new Map<Digest, Artifact[]>();
  for (const artifact of artifacts) byDigest.set(artifact.digest, [...(byDigest.get(artifact.digest) ?? []), artifact]);
  const ordered = new Set<Artifact>();
  const entered = new Set<Artifact>();

  const visit = (artifact: Artifact): void => {
    if (entered.has(artifact)) return; // placed, or being placed: digests cannot refer to each other in a circle
    entered.add(artifact);
    const refs = artifact.subject === undefined ? artifact.refs : [...artifact.refs, artifact.subject];
    for (const ref of refs)
      byDigest
        .get(ref)
        ?.filter(({ type }) => type !== "release")
        .forEach(visit);
    ordered.add(artifact);
  };
  artifacts.filter(({ type }) => type !== "release").forEach(visit);
  artifacts.forEach(visit);
  return [...ordered];
}
