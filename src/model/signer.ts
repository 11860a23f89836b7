/** Signers: keys that make signatures. Opened by `sign/`, handed to makers by `cli/`; a maker never sees a secret. */
import type { Digest } from "./artifact.ts";
import type { JsonObject } from "./json.ts";

/** Bytes to be signed, in chunks, each of which may only be there until the next is asked for. */
export type ToSign = Uint8Array | AsyncIterable<Uint8Array>;

/** A file that is signed, or whose signature is checked. */
export interface FileToSign {
  /** File name in the Release. */
  readonly name: string;
  /** Its SHA-256, which is checked while it is read. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What a document says something about: an SBOM's artifact, or all of them; left out: only itself is known. */
  readonly about?: readonly { readonly name: string; readonly digest: Digest }[] | undefined;
  /** May be called more than once. */
  open(): AsyncIterable<Uint8Array>;
}

interface Key {
  /** Its name in the config's `trust.keys`. */
  readonly name: string;
  /** Of the public key, lower-case hex: for OpenPGP its fingerprint (RFC 9580, 5.5.4), for RSA the SHA-256 of the SubjectPublicKeyInfo. Part of Step keys. */
  readonly fingerprint: string;
  /** What its signatures are: `ed25519`, `rsa-4096`, `ecdsa-p256`, ... */
  readonly algorithm: string;
  /** The public key as its users keep it: armored, PEM, minisign.pub's text, a line of authorized_keys. Empty for a keyless signer, which has an identity. */
  readonly publicKey: string;
  /** What its own tools call it, where that is not the fingerprint: minisign's key id, `SHA256:...` of ssh-keygen. */
  readonly id?: string | undefined;
}

/** Makes OpenPGP signatures (RFC 9580, version 4 packets, SHA-256 or stronger, no notations: same input, same bytes for RSA and EdDSA). */
export interface OpenpgpSigner extends Key {
  readonly method: "openpgp";
  /** A detached binary signature (type 0x00); `time` is its creation time in seconds since 1970. Armored when `armor` is set. */
  detached(data: ToSign, options: { readonly time: number; readonly armor: boolean }): Promise<Uint8Array>;
  /** The text in the cleartext signature framework. A signer command cannot do this: fails with `key.invalid`. */
  clearsigned(text: string, options: { readonly time: number }): Promise<string>;
}

/** Makes RSA signatures of PKCS #1 v1.5 (RFC 8017, 8.2), as apk wants them. */
export interface RsaSigner extends Key {
  readonly method: "rsa";
  /** File name of the public key on the machines that verify, such as `team@example.com-5f2c.rsa.pub`; empty when nobody said. */
  readonly keyName: string;
  signature(data: ToSign, hash: "sha1" | "sha256" | "sha512"): Promise<Uint8Array>;
}

/** Makes signatures of whole files, in the file form of its method. */
export interface FileSigner extends Key {
  readonly method: "minisign" | "openssl" | "ssh" | "sigstore";
  /**
   * The file of a signature. `options` are those that the kind of signature decided; `time` is the release's clock in seconds since
   * 1970, and part of the signature where its form has a place for it. Same input, same bytes, but for keyless ones.
   */
  signFile(file: FileToSign, options: JsonObject, time: number): Promise<Uint8Array>;
}

export type Signer = OpenpgpSigner | RsaSigner | FileSigner;

/** What the Plan knows of a key: enough to decide with, and nothing secret. */
export type KeyFacts =
  | {
      readonly name: string;
      readonly method: Signer["method"];
      readonly fingerprint: string;
      /** See {@link RsaSigner.keyName}; empty for other methods. */
      readonly keyName: string;
    }
  /** The key cannot be used here, and why: its variable is not set, its file is not there. */
  | { readonly name: string; readonly missing: string };
