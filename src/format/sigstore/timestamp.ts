/** Requests for time stamps, and whether an answer holds one (RFC 3161, 2.4). */
import { hash } from "node:crypto";

import { Problem } from "../../model/problem.ts";

/** DER: tag, length, content. */
function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** AlgorithmIdentifier of SHA-256 (RFC 8017, A.2.4: with NULL). */
const sha256Algorithm = Buffer.from("300d06096086480165030402010500", "hex");

/** A TimeStampReq over these bytes, which asks for the authority's certificate. `nonce`: six random bytes, so that no old answer fits. */
export function timestampRequest(signed: Uint8Array, nonce: Uint8Array): Uint8Array {
  const imprint = der(0x30, sha256Algorithm, der(0x04, hash("sha256", signed, "buffer")));
  const positive = Buffer.concat([Buffer.from([1]), nonce]);
  return der(0x30, der(0x02, Buffer.from([1])), imprint, der(0x02, positive), der(0x01, Buffer.from([0xff])));
}

/**
 * Fails with `format.invalid` where a TimeStampResp was not granted, or is of other bytes or an older request. Its signature is for
 * verifiers, who know the authority.
 */
export function checkTimestampAnswer(answer: Uint8Array, signed: Uint8Array, nonce: Uint8Array): void {
  const bytes = Buffer.from(answer);
  // PKIStatusInfo is first, and its status first in it: 0 granted, 1 granted with modifications.
  const status = statusOf(bytes);
  if (status === undefined)
    throw new Problem("format.invalid", "The time stamp authority's answer is none of RFC 3161");
  if (status > 1) throw new Problem("format.invalid", `The time stamp authority refused, with the status ${status}`);
  if (!bytes.includes(hash("sha256", signed, "buffer")) || !bytes.includes(Buffer.from(nonce)))
    throw new Problem("format.invalid", "The time stamp is of something else than what it was asked for");
}

function statusOf(bytes: Buffer): number | undefined {
  const outer = contentAt(bytes, 0, 0x30);
  const info = outer === undefined ? undefined : contentAt(bytes, outer, 0x30);
  const status = info === undefined ? undefined : contentAt(bytes, info, 0x02);
  return status === undefined ? undefined : bytes[status];
}

/** Where the content of the value at `offset` begins; undefined where it has another tag. */
function contentAt(bytes: Buffer, offset: number, tag: number): number | undefined {
  if (bytes[offset] !== tag) return undefined;
  const length = bytes[offset + 1] ?? 0;
  return length < 128 ? offset + 2 : offset + 2 + (length & 0x7f);
}
