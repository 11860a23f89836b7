/** Checks one signature file against those who are trusted. */
import { mostBundle } from "../format/sigstore/bundle.ts";
import type { FileToSign } from "../model/signer.ts";
import { attempt } from "./attempt.ts";
import type { SignatureProof, SignatureReader, TrustedKey } from "./signatures/kind.ts";
import type { Trust } from "./trust.ts";
import type { Check } from "./verdict.ts";

/** Larger than any signature: a sigstore bundle holds the whole document that it attests. */
export const mostSignature = mostBundle;

export interface SignatureFile {
  /** How checks name it. */
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** What the Release says of it, if it lists it: which kind of signature it is, and by which key. */
  readonly claims?: { readonly format?: unknown; readonly fingerprint?: unknown } | undefined;
}

export interface CheckedSignature {
  readonly check: Check;
  /** Whom it is by; undefined unless it is right. */
  readonly by: TrustedKey | undefined;
  /** Whether anything here can read it. */
  readonly isRead: boolean;
}

/** Whether bytes look like a signature that somebody here can read. */
export function isSignature(bytes: Uint8Array, { readers }: Trust): boolean {
  return bytes.length <= mostSignature && readers.some((reader) => reader.isSignature(bytes));
}

/**
 * `ok` by whom, `failed`, or `skipped` where it is by nobody that is trusted. Errors of a reader are failures or undecided, never
 * anything else: only a proof that says ok is one.
 */
export async function checkSignature(
  { subject, bytes, claims }: SignatureFile,
  file: FileToSign,
  trust: Trust,
): Promise<CheckedSignature> {
  let proof: SignatureProof | undefined;
  const readers = readersOf(bytes, claims, trust);
  const check = await attempt("signature", subject, async () => {
    proof = await prove(readers, bytes, file, trust);
    return proof.detail;
  });
  const isRead = readers.some((reader) => reader.isSignature(bytes));
  if (proof === undefined) return { check, by: undefined, isRead };
  if (proof.outcome === "ok") {
    const { name, method, fingerprint } = proof.by;
    const detail = `${file.name} is signed by ${name} (${method} ${short(fingerprint)})${proof.detail === "" ? "" : `: ${proof.detail}`}`;
    return { check: { ...check, detail, by: { name, method, fingerprint } }, by: proof.by, isRead };
  }
  const claimed = trust.keys.find(({ fingerprint }) => fingerprint === claims?.fingerprint);
  const isWrong = proof.outcome === "failed" || claimed !== undefined;
  const detail =
    proof.outcome === "failed" || claimed === undefined
      ? proof.detail
      : `it is not by ${claimed.name}, as the Release says`;
  return { check: { ...check, outcome: isWrong ? "failed" : "skipped", detail }, by: undefined, isRead };
}

/** Those that the Release's word for it, or else the bytes, point to. */
function readersOf(bytes: Uint8Array, claims: SignatureFile["claims"], { readers }: Trust): readonly SignatureReader[] {
  const named = readers.filter(({ method }) => method === claims?.format);
  return named.length > 0 ? named : readers.filter((reader) => reader.isSignature(bytes));
}

/** The best that any of them says: several kinds may take the same bytes for theirs. */
async function prove(
  readers: readonly SignatureReader[],
  bytes: Uint8Array,
  file: FileToSign,
  { keys }: Trust,
): Promise<SignatureProof> {
  if (readers.length === 0) return { outcome: "unknown-key", detail: "nothing here reads signatures of this kind" };
  const proofs: SignatureProof[] = [];
  for (const reader of readers) {
    const own = keys.filter(({ method }) => method === reader.method);
    if (own.length === 0) continue;
    const proof = await reader.check(bytes, file, own);
    // A reader cannot bring in a key of its own.
    if (proof.outcome === "ok" && own.includes(proof.by)) return proof;
    proofs.push(proof.outcome === "ok" ? { outcome: "failed", detail: "it is by a key that nobody named" } : proof);
  }
  const what = readers.map(({ method }) => method).join(" or ");
  return (
    proofs.find(({ outcome }) => outcome === "failed") ??
    proofs[0] ?? { outcome: "unknown-key", detail: `nobody said which keys of ${what} to trust` }
  );
}

/** Enough of a fingerprint to tell keys apart by eye. */
function short(fingerprint: string): string {
  return fingerprint.length > 16 ? `${fingerprint.slice(0, 16)}...` : fingerprint;
}
