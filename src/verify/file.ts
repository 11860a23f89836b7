/** Verifies one file: by the Release that lists it, or by a signature beside it. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { lentChunks, readChunks } from "../format/file.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { digestOfHex } from "../model/artifact.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import type { FileToSign } from "../model/signer.ts";
import { checkArtifact } from "./artifact.ts";
import { meets, type Proof, proofOf } from "./requirements.ts";
import { checkSignature, mostSignature } from "./signed.ts";
import { readWhole } from "./read-whole.ts";
import { factsOf, openStatement, provers, type StatementOptions } from "./statement.ts";
import { distinct, type Trust } from "./trust.ts";
import { type Check, outcomeOf, type Verdict } from "./verdict.ts";
import { neededFor, type OfRelease, requiredOfOne, signaturesBeside as listedBeside } from "./vouching.ts";

/** By the Release whose statement lies in `folder`, which has to list the file, by its name where it lists that. */
export async function verifyFileOf(path: string, folder: string, options: OfRelease): Promise<Verdict> {
  const { trust, bring } = options;
  const { checks: stated, release, signedBy } = await openStatement(folder, options);
  const checks = [...stated];
  let bytes = 0;
  if (release !== undefined) {
    const digested = await digest(path);
    const listed = listedAs(release, basename(path), digested.digest);
    const asked = { release, listed, folder, trust, signedBy };
    await bring?.(neededFor(asked));
    let proof: Proof | undefined;
    if (listed === undefined) checks.push(notListed(path));
    else {
      const signatures = await listedBeside(release, listed, folder);
      const about = { path, subject: basename(path), archives: true, trust, signatures };
      const checked = await checkArtifact(release, listed, about);
      proof = proofOf(checked.signatures);
      checks.push(...checked.checks.map((check) => alias(check, listed, path)));
      bytes = checked.bytes;
    }
    checks.push(...(await requiredOfOne({ ...asked, proof })));
  }
  return {
    outcome: outcomeOf(checks),
    release: factsOf(release),
    signedBy: provers(signedBy),
    checks,
    files: 1,
    bytes,
  };
}

/** The artifact of that name; one of other names only where nothing has this one, since a name says what is in a file. */
function listedAs({ artifacts }: Release, name: string, sha256: string): ReleaseArtifact | undefined {
  return (
    artifacts.find((artifact) => artifact.name === name) ?? artifacts.find(({ digests }) => digests.sha256 === sha256)
  );
}

function notListed(path: string): Check {
  return {
    check: "digest",
    subject: basename(path),
    outcome: "failed",
    detail: "the Release lists neither its name nor its digest",
  };
}

function alias(check: Check, { name }: ReleaseArtifact, path: string): Check {
  if (name === basename(path) || check.check !== "digest" || check.outcome !== "ok") return check;
  return { ...check, detail: `${check.detail}, released as ${name}` };
}

/**
 * By the signatures beside it, which are called as the file with something behind. Those who have to sign a Release have to have
 * signed the file. This proves who signed it, and not what it is.
 */
export async function verifyDetached(
  path: string,
  { trust, requireSignatures = false }: StatementOptions,
): Promise<Verdict> {
  const { digest: sha256, size } = await digest(path);
  const name = basename(path);
  const file: FileToSign = { name, digest: digestOfHex(sha256), size, open: () => readChunks(path) };
  const checks: Check[] = [];
  const by: Trust["keys"][number][] = [];
  for (const each of await signaturesBeside(path)) {
    const checked = await checkSignature(each, file, trust);
    if (!checked.isRead) continue;
    checks.push(checked.check);
    if (checked.by !== undefined) by.push(checked.by);
  }
  const proof = { by, mayBe: checks.some(({ outcome }) => outcome === "unavailable") };
  checks.push(...asked(name, proof, trust, requireSignatures && checks.length === 0));
  return {
    outcome: outcomeOf(checks),
    release: undefined,
    signedBy: provers(distinct(by)),
    checks,
    files: 1,
    bytes: size,
  };
}

async function signaturesBeside(path: string): Promise<readonly { subject: string; bytes: Uint8Array }[]> {
  const folder = dirname(path);
  const entries = await onDisk(folder, () => readdir(folder, { withFileTypes: true }));
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.startsWith(`${basename(path)}.`))
    .map(({ name }) => name);
  const found: { subject: string; bytes: Uint8Array }[] = [];
  for (const subject of names.toSorted().slice(0, 64)) {
    const bytes = await readWhole(join(folder, subject), mostSignature).catch(tooLarge);
    if (bytes !== undefined) found.push({ subject, bytes });
  }
  return found;
}

/** What is larger than any signature is none. */
function tooLarge(thrown: unknown): undefined {
  if (thrown instanceof Problem && thrown.code === "format.invalid") return undefined;
  throw thrown;
}

function asked(name: string, proof: Proof, { policy, given }: Trust, isBare: boolean): readonly Check[] {
  const required = (policy?.require ?? []).filter(({ type }) => type === "release");
  const each = given.map((key) => ({ of: "file", type: "file" as const, by: [key], threshold: 1 }));
  const checks = [...required, ...each].map((requirement) =>
    meets({ ...requirement, of: "file" }, { subject: name, ...proof }),
  );
  if (checks.length > 0) return checks;
  const detail = isBare
    ? "nothing signs it"
    : "nothing beside it says what it is: no release.json that lists it, and nobody to trust";
  return [{ check: "required", subject: name, outcome: isBare ? "failed" : "unavailable", detail }];
}

/** Whether a folder has a Release that could list files: a statement that nobody has looked into. */
export async function hasStatement(folder: string): Promise<boolean> {
  const entries = await onDisk(folder, () => readdir(folder));
  return entries.includes("release.json");
}

async function digest(path: string): Promise<{ readonly digest: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of lentChunks(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: hash.digest("hex"), size };
}
