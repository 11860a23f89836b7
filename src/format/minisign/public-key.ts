/** Public keys of minisign: `"Ed"`, the key's id, 32 bytes of Ed25519 (minisign(1), "Signature format"). */
import { createHash } from "node:crypto";

import { encodeBase64 } from "../base64.ts";
import { ed25519Public } from "../ed25519.ts";
import { bytesIn, commentIn, invalid, linesOf, untrusted } from "./lines.ts";

export interface MinisignPublicKey {
  /** 8 bytes: says which key, and proves nothing. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Of a key's 42 bytes: the letters `Ed`. */
const algorithm = Buffer.from("Ed");

/** The text of a minisign.pub, or its second line alone, as `minisign -P` takes it. Fails with `format.invalid`. */
export function readMinisignKey(text: string): MinisignPublicKey {
  const isBare = !text.startsWith(untrusted);
  const lines = linesOf(text, isBare ? 1 : 2, "a public key of minisign");
  if (!isBare) commentIn(lines[0], untrusted);
  const bytes = bytesIn(lines.at(-1), 42, "a public key of minisign");
  if (!algorithm.equals(bytes.subarray(0, 2)))
    throw invalid("it is no public key of minisign: it does not begin with Ed");
  const [id, key] = [bytes.subarray(2, 10), bytes.subarray(10)];
  if (ed25519Public(key) === undefined) throw invalid("it is no public key: its point is none that a key pair has");
  return { id, key };
}

/** Whether a text is meant to be one, whatever else is wrong with it. */
export function looksLikeMinisignKey(text: string): boolean {
  return (
    text.startsWith(`${untrusted}minisign public key`) || /^(untrusted comment: .*\r?\n)?RW[Q-T]\S{53}\s*$/.test(text)
  );
}

/** The text as `minisign -G` writes it. */
export function writeMinisignKey(key: MinisignPublicKey): string {
  return `${untrusted}minisign public key ${minisignKeyId(key)}\n${bareMinisignKey(key)}\n`;
}

/** The one line that `minisign -P` takes. */
export function bareMinisignKey({ id, key }: MinisignPublicKey): string {
  return encodeBase64(Buffer.concat([algorithm, id, key]));
}

/** The id as minisign prints it: a number of 64 bits, its lowest byte first in the file, as 16 upper-case digits. */
export function minisignKeyId({ id }: Pick<MinisignPublicKey, "id">): string {
  return Buffer.from(id.toReversed()).toString("hex").toUpperCase();
}

/** SHA-256 of the 32 bytes, lower-case hex. */
export function minisignFingerprint({ key }: MinisignPublicKey): string {
  return createHash("sha256").update(key).digest("hex");
}
