/** The signature header of an rpm package: digests and sizes that rpm checks, and OpenPGP signatures. */
import { writeHeader } from "../../../format/rpm/header.ts";
import { signatureTags, type SignatureValues } from "../../../format/rpm/tags.ts";
import { Problem } from "../../../model/problem.ts";
import type { Signer } from "../../../model/signer.ts";
import type { Payload } from "./payload.ts";
import type { RpmFormat } from "./rpmformat.ts";

/** Room that `rpmsign` may put a signature into without writing the whole package again; as much as rpmbuild leaves. */
const reserved = 4096;

/** What is signed, and how. `header` is the header's bytes. */
export interface ToSignature {
  readonly format: RpmFormat;
  readonly header: Uint8Array;
  readonly payload: Payload;
  readonly signer: Signer | undefined;
  /** Seconds since 1970. */
  readonly time: number;
}

/** The signature header, padded to 8 bytes. */
export async function signatureHeader({ format, header, payload, signer, time }: ToSignature): Promise<Uint8Array> {
  const signatures = signer === undefined ? {} : await signed(header, signer, time, format);
  const bytes = writeHeader(signatureTags, "signature", {
    ...(await format.signatureDigests(header, payload)),
    ...signatures,
    [format.room]: new Uint8Array(Math.max(reserved - lengthOf(signatures), 32)),
  });
  return Buffer.concat([bytes, new Uint8Array((8 - (bytes.length % 8)) % 8)]);
}

/** Where rpm 4 looks for one signature, and rpm 6 for any number of them (rpm, docs/manual/signatures_digests.md). */
async function signed(
  header: Uint8Array,
  signer: Signer,
  time: number,
  { isForRpm4 }: RpmFormat,
): Promise<SignatureValues> {
  if (signer.method !== "openpgp")
    throw new Problem("key.invalid", `${signer.name} cannot sign rpm packages`, {
      expected: "a key of method openpgp",
      hint: "Name an OpenPGP key under `rpm:`.",
    });
  const signature = await signer.detached(header, { time, armor: false });
  const tag = tagOf(signature);
  if (tag === undefined && isForRpm4)
    throw new Problem("key.invalid", "the key's signature is not one that every rpm reads", {
      expected: "a binary signature packet of version 4, by RSA or Ed25519",
      hint: "Sign rpm packages with an RSA key of 3072 bits or more, or an Ed25519 key.",
    });
  return { ...(tag === undefined ? {} : { [tag]: signature }), openpgp: [Buffer.from(signature).toString("base64")] };
}

/**
 * The tag a signature stands under by its packet's algorithm: DSA's is that of EdDSA too (rpm, sign/rpmgensig.c). Packet headers:
 * RFC 9580, 4.2; the packet: 5.2.3; algorithms: 9.1. Undefined for an algorithm that rpm 4 does not read: packages with such a
 * signature under a tag it knows it would not even install.
 */
function tagOf(packet: Uint8Array): "rsa" | "dsa" | undefined {
  const first = packet[0] ?? 0;
  const isNew = (first & 0x40) !== 0;
  const type = isNew ? first & 0x3f : (first >> 2) & 0x0f;
  const length = packet[1] ?? 0;
  const headerSize = isNew ? (length < 192 ? 2 : length < 224 ? 3 : 6) : 1 + 2 ** (first & 3);
  const [version, , algorithm = 0] = packet.subarray(headerSize);
  return (first & 0x80) !== 0 && type === 2 && version === 4 ? tags[algorithm] : undefined;
}

/** RSA; EdDSA as it was before RFC 9580, which calls it EdDSALegacy. */
const tags: Readonly<Record<number, "rsa" | "dsa">> = { 1: "rsa", 3: "rsa", 22: "dsa" };

function lengthOf({ rsa, dsa, openpgp = [] }: SignatureValues): number {
  return (rsa?.length ?? 0) + (dsa?.length ?? 0) + openpgp.reduce((sum, text) => sum + text.length, 0);
}
