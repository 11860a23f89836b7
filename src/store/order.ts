/** The order in which names move: what is referred to before what refers to it. */
import type { Artifact, Digest } from "../model/artifact.ts";

/** The artifacts, each after those it refs or has as its subject; otherwise as they were. Refs to others are left aside. */
export function refsFirst(artifacts: readonly Artifact[]): readonly Artifact[] {
  const byDigest = new Map<Digest, Artifact[]>();
  for (const artifact of artifacts) byDigest.set(artifact.digest, [...(byDigest.get(artifact.digest) ?? []), artifact]);
  const ordered = new Set<Artifact>();
  const entered = new Set<Artifact>();

  const visit = (artifact: Artifact): void => {
    if (entered.has(artifact)) return; // placed, or being placed: digests cannot refer to each other in a circle
    entered.add(artifact);
    const refs = artifact.subject === undefined ? artifact.refs : [...artifact.refs, artifact.subject];
    for (const ref of refs) byDigest.get(ref)?.forEach(visit);
    ordered.add(artifact);
  };
  artifacts.forEach(visit);
  return [...ordered];
}
