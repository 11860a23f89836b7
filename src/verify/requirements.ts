/** What has to be signed: every requirement has to be met, each by as many distinct keys as it says. */
import { algorithmOf, coveredBy } from "../format/projections.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import type { CheckedSignature } from "./signed.ts";
import type { TrustedKey } from "./signatures/kind.ts";
import { distinct, type KeyRequirement, type Trust } from "./trust.ts";
import type { Check } from "./verdict.ts";

/** What was found of one file's signatures. */
export interface Proof {
  /** Whose signatures of it are right; a key may stand there twice. */
  readonly by: readonly TrustedKey[];
  /** Whether some signature could not be decided. */
  readonly mayBe: boolean;
}

export function proofOf(signatures: readonly CheckedSignature[]): Proof {
  return {
    by: signatures.flatMap(({ by }) => by ?? []),
    mayBe: signatures.some(({ check }) => check.outcome === "unavailable"),
  };
}

/** What was found of all files' signatures. */
export interface Findings {
  /** By the name of the file that is signed. */
  readonly proofs: ReadonlyMap<string, Proof>;
  /** Names of listed signatures that nothing here can read: they may be anything. */
  readonly unread: ReadonlySet<string>;
}

/** Whether a file is signed by enough of those who have to. */
export function meets({ of, by, threshold }: KeyRequirement, proof: Proof & { readonly subject: string }): Check {
  const wanted = new Set(by.map(({ fingerprint }) => fingerprint));
  const signers = distinct(proof.by.filter(({ fingerprint }) => wanted.has(fingerprint)));
  const names = distinct(by)
    .map(({ name }) => name)
    .join(", ");
  const needed = `${of}: ${threshold} of ${names}`;
  if (signers.length >= threshold)
    return {
      check: "required",
      subject: proof.subject,
      outcome: "ok",
      detail: `${needed}; signed by ${signers.map(({ name }) => name).join(", ")}`,
    };
  const found =
    signers.length === 0 ? "signed by none of them" : `signed by ${signers.map(({ name }) => name).join(", ")} only`;
  return {
    check: "required",
    subject: proof.subject,
    outcome: proof.mayBe ? "unavailable" : "failed",
    detail: `${needed}; ${found}`,
  };
}

/** Whether there is one at least of everything that has to be there. */
export function contained(release: Release, { policy }: Trust): readonly Check[] {
  return (policy?.contains ?? []).map(({ word, type }) => {
    const found = release.artifacts.filter((artifact) => artifact.type === type).map(({ name }) => name);
    const detail = found.length === 0 ? `there is nothing of ${word}` : `${word}: ${found.join(", ")}`;
    return { check: "required", subject: "release.json", outcome: found.length === 0 ? "failed" : "ok", detail };
  });
}

/** What trust files ask of artifacts, and not of release.json itself. */
export function requiredOf(release: Release, { proofs }: Findings, { policy }: Trust): readonly Check[] {
  const required = (policy?.require ?? []).filter(({ type }) => type !== "release");
  return required.flatMap((each): readonly Check[] => {
    const found = release.artifacts.filter(({ type }) => type === each.type);
    if (found.length === 0)
      return [
        { check: "required", subject: "release.json", outcome: "failed", detail: `there is nothing of ${each.of}` },
      ];
    return found.map(({ name }) => meets(each, { subject: name, ...(proofs.get(name) ?? unsigned) }));
  });
}

const unsigned: Proof = { by: [], mayBe: false };

/**
 * What keys that were given one by one ask: each has signed release.json or, as older projects do, a list of checksums. A list tells
 * nothing of files that are not on it, so these are named.
 */
export function requiredByGiven(
  release: Release,
  signedBy: readonly TrustedKey[],
  findings: Findings,
  trust: Pick<Trust, "given" | "readers">,
): readonly Check[] {
  return trust.given.flatMap((key) => {
    if (signedBy.some(({ fingerprint }) => fingerprint === key.fingerprint))
      return [{ check: "required", subject: "release.json", outcome: "ok", detail: `signed by ${key.name}` } as const];
    return byChecksums(release, key, findings, trust);
  });
}

function byChecksums(
  release: Release,
  key: TrustedKey,
  { proofs, unread }: Findings,
  { readers }: Pick<Trust, "readers">,
): readonly Check[] {
  const lists = release.artifacts.filter((artifact) => artifact.type === "checksums" && isStrong(artifact));
  const signed = lists.filter(({ name }) => isBy(key, proofs.get(name)));
  if (signed.length === 0) {
    const mayBe = [...proofs.values()].some((proof) => proof.mayBe);
    const detail = `neither it nor a list of checksums is signed by ${key.name}`;
    return [{ check: "required", subject: "release.json", outcome: mayBe ? "unavailable" : "failed", detail }];
  }
  const covered = new Set(signed.flatMap(({ subject }) => coveredBy(release, subject)).map(({ name }) => name));
  const bare = release.artifacts.filter(({ name }) => !covered.has(name) && !isBy(key, proofs.get(name)));
  const names = signed.map(({ name }) => name).join(", ");
  const known = new Set([...covered, ...signed.map(({ name }) => name)]);
  const suffixes = readers.flatMap((reader) => reader.suffixes);
  return [
    { check: "required", subject: names, outcome: "ok", detail: `signed by ${key.name}; release.json itself is not` },
    ...bare
      .filter((artifact) => unread.has(artifact.name) || !follows(release, artifact, known, suffixes))
      .map(uncovered),
  ];
}

function isBy(key: TrustedKey, proof: Proof = unsigned): boolean {
  return proof.by.some(({ fingerprint }) => fingerprint === key.fingerprint);
}

/**
 * Whether an artifact that nobody signed says nothing but what was signed, and is called what it is: whoever may write release.json may
 * call any file a list or a signature. Lists have been compared; the name of every file on them is `known`.
 */
function follows(
  release: Release,
  { name, type, subject }: ReleaseArtifact,
  known: ReadonlySet<string>,
  suffixes: readonly string[],
): boolean {
  if (type === "checksums") return coveredBy(release, subject).every((each) => known.has(each.name));
  if (type === "signatures") return name.endsWith(".json");
  if (type !== "signature" || subject === undefined) return false;
  return name.startsWith(`${subject}.`) && suffixes.some((suffix) => name.endsWith(suffix));
}

/** Notes are text for people, which lists leave out; of anything else that is not covered nothing is known. */
function uncovered({ name, type }: ReleaseArtifact): Check {
  const isText = type === "notes" && /\.(md|markdown|rst|adoc|txt)$/i.test(name);
  const outcome = isText ? "skipped" : "unavailable";
  return { check: "required", subject: name, outcome, detail: "no signature covers it" };
}

const strong: ReadonlySet<string> = new Set([
  "sha256",
  "sha384",
  "sha512",
  "sha3-256",
  "sha3-384",
  "sha3-512",
  "blake2b",
  "blake2s",
  "blake3",
]);

function isStrong(list: ReleaseArtifact): boolean {
  const algorithm = algorithmOf(list);
  return algorithm !== undefined && strong.has(algorithm);
}
