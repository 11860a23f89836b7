/** Asks of one artifact of a Release what keys that were given one by one ask of all of it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { isSignature as isListed } from "../format/projections.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { onDisk } from "../model/disk.ts";
import { checkArtifact } from "./artifact.ts";
import { type Proof, proofOf, requiredByGiven } from "./requirements.ts";
import type { Trust } from "./trust.ts";
import type { Check } from "./verdict.ts";

export interface Vouching {
  readonly release: Release;
  /** The artifact it is about; undefined where the Release lists no such. */
  readonly listed: ReleaseArtifact | undefined;
  /** Where the statement lies, and the lists if they are there. */
  readonly folder: string;
  readonly trust: Trust;
  readonly signedBy: Proof["by"];
}

/**
 * What keys that were given one by one ask where one artifact is looked at, and not the whole Release. Where they have not signed the
 * statement, they may have signed a list of checksums that covers it.
 */
export async function requiredOfLists({
  release,
  listed,
  folder,
  trust,
  signedBy,
}: Vouching): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const proofs = new Map<string, Proof>();
  const lists = release.artifacts.filter(({ type }) => type === "checksums");
  const open = trust.given.some((key) => !signedBy.some(({ fingerprint }) => fingerprint === key.fingerprint));
  const there = new Set(open ? await onDisk(folder, () => readdir(folder)) : []);
  for (const list of lists.filter(({ name }) => there.has(name))) {
    const signatures = release.artifacts
      .filter((artifact) => isListed(artifact) && artifact.subject === list.name && there.has(artifact.name))
      .map((artifact) => ({ path: join(folder, artifact.name), subject: artifact.name, artifact }));
    const about = { path: join(folder, list.name), subject: list.name, archives: false, trust, signatures };
    const checked = await checkArtifact(release, list, about);
    checks.push(...checked.checks);
    proofs.set(list.name, proofOf(checked.signatures));
  }
  const concerned = { ...release, artifacts: [...lists, ...(listed === undefined ? [] : [listed])] };
  return [...checks, ...requiredByGiven(concerned, signedBy, { proofs, unread: new Set() }, trust)];
}
