/** Asks of one artifact of a Release what is asked of all of it: whoever has to sign more than release.json has to have done so. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";

import { placeOf } from "../format/layout.ts";
import { isSignature as isListed } from "../format/projections.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { errnoOf, onDisk } from "../model/disk.ts";
import { checkArtifact, type SignatureOf } from "./artifact.ts";
import { meets, type Proof, proofOf, requiredByGiven } from "./requirements.ts";
import type { StatementOptions } from "./statement.ts";
import type { KeyRequirement, Trust } from "./trust.ts";
import type { Check } from "./verdict.ts";

/** Brings files that a Release lists into the folder of its statement, those that can be had. */
export type BringFiles = (artifacts: readonly ReleaseArtifact[]) => Promise<unknown>;

export interface OfRelease extends StatementOptions {
  /** Left out: what does not lie beside the statement is not there. */
  readonly bring?: BringFiles | undefined;
}

export interface Vouching {
  readonly release: Release;
  /** The artifact it is about; undefined where the Release lists no such. */
  readonly listed: ReleaseArtifact | undefined;
  /** Who signed that; undefined where nobody could have been asked. */
  readonly proof?: Proof | undefined;
  /** Where the statement lies, and the others if they are there. */
  readonly folder: string;
  readonly trust: Trust;
  readonly signedBy: Proof["by"];
}

/**
 * What is asked of signatures where one artifact is looked at, and not the whole Release. What a trust file asks of its type, it has to
 * meet; of other types, everything that the Release has of them: what is not there leaves it open. Where keys that were given have not
 * signed the statement, they may have signed a list of checksums that covers it.
 */
export async function requiredOfOne(vouching: Vouching): Promise<readonly Check[]> {
  const { release, listed, proof, folder, trust, signedBy } = vouching;
  const checks: Check[] = [];
  const proofs = new Map<string, Proof>();
  if (listed !== undefined && proof !== undefined) proofs.set(listed.name, proof);
  for (const artifact of othersAskedFor(vouching)) {
    const place = await placeIn(folder, artifact);
    if (place === undefined) continue;
    const signatures = await signaturesBeside(release, artifact, folder);
    const about = { path: join(folder, place), subject: place, archives: false, trust, signatures };
    const checked = await checkArtifact(release, artifact, about);
    checks.push(...checked.checks);
    proofs.set(artifact.name, proofOf(checked.signatures));
  }
  for (const each of besidesRelease(trust)) checks.push(...requiredOf(each, vouching, proofs));
  const lists = release.artifacts.filter(({ type }) => type === "checksums");
  const concerned = { ...release, artifacts: [...new Set([...lists, ...(listed === undefined ? [] : [listed])])] };
  return [...checks, ...requiredByGiven(concerned, signedBy, { proofs, unread: new Set() }, trust)];
}

/** What has to lie beside the statement for that: artifacts that are asked for, and signatures of them and of the one. */
export function neededFor(
  vouching: Pick<Vouching, "release" | "listed" | "trust" | "signedBy">,
): readonly ReleaseArtifact[] {
  const others = othersAskedFor(vouching);
  const subjects = new Set(
    [...others, ...(vouching.listed === undefined ? [] : [vouching.listed])].map(({ name }) => name),
  );
  const isAsked = others.length > 0 || besidesRelease(vouching.trust).length > 0;
  const signatures = vouching.release.artifacts.filter(
    (artifact) => isAsked && isListed(artifact) && subjects.has(artifact.subject ?? ""),
  );
  return [...new Set([...others, ...signatures])];
}

/** The listed signatures of an artifact whose files are there. */
export async function signaturesBeside(
  { artifacts }: Release,
  { name }: ReleaseArtifact,
  folder: string,
): Promise<readonly SignatureOf[]> {
  const found: SignatureOf[] = [];
  for (const artifact of artifacts.filter((each) => isListed(each) && each.subject === name)) {
    const place = await placeIn(folder, artifact);
    if (place !== undefined) found.push({ path: join(folder, place), subject: place, artifact });
  }
  return found;
}

function besidesRelease({ policy }: Trust): readonly KeyRequirement[] {
  return (policy?.require ?? []).filter(({ type }) => type !== "release");
}

function othersAskedFor({
  release,
  listed,
  trust,
  signedBy,
}: Pick<Vouching, "release" | "listed" | "trust" | "signedBy">): readonly ReleaseArtifact[] {
  const types = new Set(besidesRelease(trust).map(({ type }) => type));
  if (listed !== undefined) types.delete(listed.type);
  const isOpen = trust.given.some((key) => !signedBy.some(({ fingerprint }) => fingerprint === key.fingerprint));
  if (isOpen) types.add("checksums");
  return release.artifacts.filter((artifact) => types.has(artifact.type) && artifact !== listed);
}

function requiredOf(
  required: KeyRequirement,
  { release, listed }: Vouching,
  proofs: ReadonlyMap<string, Proof>,
): readonly Check[] {
  const { of, type } = required;
  const found = listed?.type === type ? [listed] : release.artifacts.filter((artifact) => artifact.type === type);
  if (found.length === 0)
    return [{ check: "required", subject: "release.json", outcome: "failed", detail: `there is nothing of ${of}` }];
  return found.map(({ name }) => {
    const proof = proofs.get(name);
    if (proof !== undefined) return meets(required, { subject: name, ...proof });
    const detail = `${of}: it is not there, so nobody knows who signed it`;
    return { check: "required", subject: name, outcome: "unavailable", detail };
  });
}

/** Side by side, or in a folder per platform. */
async function placeIn(folder: string, { name, platform }: ReleaseArtifact): Promise<string | undefined> {
  for (const place of new Set([name, placeOf("by-platform", name, platform)]))
    if (await onDisk(join(folder, place), () => isFile(join(folder, place)))) return place;
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (thrown) {
    if (!["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) throw thrown;
    return false;
  }
}
