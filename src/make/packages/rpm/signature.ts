/** The signature header of an rpm package: digests and sizes that every version of rpm checks, and OpenPGP signatures. */
import { createHash } from "node:crypto";

import { lentChunks } from "../../../format/file.ts";
import { writeHeader } from "../../../format/rpm/header.ts";
import { signatureTags, type SignatureValues } from "../../../format/rpm/tags.ts";
import { Problem } from "../../../model/problem.ts";
import type { Signer } from "../../../model/signer.ts";
import type { Payload } from "./payload.ts";

/** Room that `rpmsign` may put a signature into without writing the whole package again; as much as rpmbuild leaves. */
const reserved = 4096;

const large = 0x1_0000_0000;

/** The signature header, padded to 8 bytes. `header` is the header's bytes. */
export async function signatureHeader(
  header: Uint8Array,
  payload: Payload,
  signer: Signer | undefined,
  time: number,
): Promise<Uint8Array> {
  const size = header.length + payload.size;
  const signatures = signer === undefined ? {} : await signed(header, signer, time);
  const bytes = writeHeader(signatureTags, "signature", {
    sha1: createHash("sha1").update(header).digest("hex"),
    sha256: createHash("sha256").update(header).digest("hex"),
    md5: await md5Of(header, payload.path),
    ...(size >= large ? { longSize: [size] } : { size: [size] }),
    ...(payload.plainSize >= large ? { longPayloadSize: [payload.plainSize] } : { payloadSize: [payload.plainSize] }),
    ...signatures,
    reserved: new Uint8Array(Math.max(reserved - lengthOf(signatures), 32)),
  });
  return Buffer.concat([bytes, new Uint8Array((8 - (bytes.length % 8)) % 8)]);
}

/** Of header and payload, which only versions before 4.14 need. */
async function md5Of(header: Uint8Array, payload: string): Promise<Uint8Array> {
  const hash = createHash("md5").update(header);
  for await (const chunk of lentChunks(payload)) hash.update(chunk);
  return hash.digest();
}

/** Where rpm 4 looks for one signature, and rpm 6 for any number of them (rpm, docs/manual/signatures_digests.md). */
async function signed(header: Uint8Array, signer: Signer, time: number): Promise<SignatureValues> {
  if (signer.method !== "openpgp")
    throw new Problem("key.invalid", `${signer.name} cannot sign rpm packages`, {
      expected: "a key of method openpgp",
      hint: "Name an OpenPGP key under `rpm:`.",
    });
  const signature = await signer.detached(header, { time, armor: false });
  return { [tagOf(signature)]: signature, openpgp: [Buffer.from(signature).toString("base64")] };
}

/**
 * The tag a signature stands under by its packet's algorithm: DSA's is that of EdDSA too (rpm, sign/rpmgensig.c). Packet headers:
 * RFC 9580, 4.2; the packet: 5.2.3; algorithms: 9.1. Fails with `key.invalid` on an algorithm that rpm 4 does not read: packages
 * with such a signature it would not even install.
 */
function tagOf(packet: Uint8Array): "rsa" | "dsa" {
  const first = packet[0] ?? 0;
  const isNew = (first & 0x40) !== 0;
  const type = isNew ? first & 0x3f : (first >> 2) & 0x0f;
  const length = packet[1] ?? 0;
  const headerSize = isNew ? (length < 192 ? 2 : length < 224 ? 3 : 6) : 1 + 2 ** (first & 3);
  const [version, , algorithm = 0] = packet.subarray(headerSize);
  const tag = tags[algorithm];
  if ((first & 0x80) !== 0 && type === 2 && version === 4 && tag !== undefined) return tag;
  throw new Problem("key.invalid", "the key's signature is not one that every rpm reads", {
    expected: "a binary signature packet of version 4, by RSA or Ed25519",
    hint: "Sign rpm packages with an RSA key of 3072 bits or more, or an Ed25519 key.",
  });
}

/** RSA; EdDSA as it was before RFC 9580, which calls it EdDSALegacy. */
const tags: Readonly<Record<number, "rsa" | "dsa">> = { 1: "rsa", 3: "rsa", 22: "dsa" };

function lengthOf({ rsa, dsa, openpgp = [] }: SignatureValues): number {
  return (rsa?.length ?? 0) + (dsa?.length ?? 0) + openpgp.reduce((sum, text) => sum + text.length, 0);
}
