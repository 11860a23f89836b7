/** A kind of signature as verifiers see it: keys that are trusted, and what a signature file proves by them. */
import type { TrustedIdentity } from "../../format/trust-file.ts";
import type { FileToSign } from "../../model/signer.ts";

/** A public key somebody trusts. */
export interface TrustedKey {
  /** Its name in the trust file, or the path it was given by. */
  readonly name: string;
  /** The kind that reads it. */
  readonly method: string;
  /** Lower-case hex, as {@link Signer} has it. */
  readonly fingerprint: string;
  /** The fingerprint of the same key in PEM, where its kind has fingerprints of its own: one secret is one key, however it signs. */
  readonly same?: string | undefined;
}

/**
 * What a signature file proves. `unknown-key`: it was made by a key that is not among the trusted ones, which proves nothing and
 * refutes nothing. `failed`: it claims a trusted key, or nothing that can be read, and is not right.
 */
export type SignatureProof =
  | { readonly outcome: "ok"; readonly by: TrustedKey; readonly detail: string }
  | { readonly outcome: "failed" | "unknown-key"; readonly detail: string };

/** One kind; `method` is that of the signers whose signatures it reads. */
export interface SignatureReader<Key extends TrustedKey = TrustedKey> {
  readonly method: string;
  /** What names of its signature files usually add to the file's, with the dot: what is asked for where a folder cannot be listed. */
  readonly suffixes: readonly string[];
  /** Whether a public key in a file of this text is one of this kind, whatever else is wrong with it. */
  isKey(text: string): boolean;
  /** The key in a file's text. Fails with `key.invalid`: damaged, too weak, or no such key. */
  readKey(text: string, name: string): Promise<Key>;
  /** An identity of the trust file, for kinds whose keys live for minutes and are vouched for. Fails with `key.invalid`. */
  readIdentity?(identity: TrustedIdentity, name: string): Promise<Key>;
  /** Whether a file of these bytes is a signature of this kind, whatever else is wrong with it. */
  isSignature(bytes: Uint8Array): boolean;
  /** Reads the file once at most. Whatever the signature says, no error but `verify.unavailable`, and those of reading the file. */
  check(signature: Uint8Array, file: FileToSign, keys: readonly Key[]): Promise<SignatureProof>;
}
