/** Signatures of minisign: four lines; the second signature covers the first and the trusted comment (minisign(1), "Signature format"). */
import { Problem } from "../../model/problem.ts";
import { encodeBase64 } from "../base64.ts";
import { bytesIn, commentIn, linesOf, refuseComment, trusted, untrusted } from "./lines.ts";

export interface MinisignSignature {
  /** 8 bytes. */
  readonly id: Uint8Array;
  /** 64 bytes: Ed25519 over the BLAKE2b-512 of the file. */
  readonly signature: Uint8Array;
  readonly trustedComment: string;
  /** 64 bytes: Ed25519 over {@link globallySigned}. */
  readonly globalSignature: Uint8Array;
}

/** Bytes no signature file exceeds: both comments at their longest, and the base64. */
export const mostSignature = 10 * 1024;

/**
 * Reads a signature file that has exactly the form minisign writes. Only pre-hashed signatures (`ED`) are read: the letters are not
 * signed, so one of them could be passed off as one over the file itself (`Ed`), and the other way round. Fails with `format.invalid`.
 */
export function readMinisignature(bytes: Uint8Array): MinisignSignature {
  if (bytes.length > mostSignature) throw new Problem("format.invalid", "it is too long for a signature of minisign");
  const lines = linesOf(textOf(bytes), 4, "a signature of minisign");
  commentIn(lines[0], untrusted);
  const first = bytesIn(lines[1], 74, "the signature");
  const letters = Buffer.from(first.subarray(0, 2)).toString("latin1");
  if (letters !== "ED")
    throw new Problem(
      "format.invalid",
      letters === "Ed"
        ? "it is of minisign's legacy form (Ed), which can be passed off as a signature over another file"
        : "it is no signature of minisign: its algorithm is not ED",
    );
  return {
    id: first.subarray(2, 10),
    signature: first.subarray(10),
    trustedComment: commentIn(lines[2], trusted),
    globalSignature: bytesIn(lines[3], 64, "the signature over the trusted comment"),
  };
}

/** Whether bytes are meant to be one, whatever else is wrong with them. */
export function looksLikeMinisignature(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, untrusted.length)).toString("latin1") === untrusted;
}

/** What the global signature covers. Fails with `format.invalid` for a comment that cannot stand in a file. */
export function globallySigned(signature: Uint8Array, trustedComment: string): Uint8Array {
  refuseComment(trustedComment, trusted);
  return Buffer.concat([signature, Buffer.from(trustedComment)]);
}

export function writeMinisignature(parts: MinisignSignature, untrustedComment: string): Uint8Array {
  const { id, signature, trustedComment, globalSignature } = parts;
  refuseComment(untrustedComment, untrusted);
  return Buffer.from(
    [
      `${untrusted}${untrustedComment}`,
      encodeBase64(Buffer.concat([Buffer.from("ED"), id, signature])),
      `${trusted}${trustedComment}`,
      encodeBase64(globalSignature),
      "",
    ].join("\n"),
  );
}

/** Strictly: two different files never decode to the same text. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", "a signature of minisign is UTF-8, and this is not", { cause });
  }
}
