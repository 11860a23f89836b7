/** Files that hold one OpenPGP signature packet and nothing else, bare or armored (RFC 9580, 4.2 and 6.2). */
import { Problem } from "../../model/problem.ts";
import { decodeBase64 } from "../base64.ts";

const armor =
  /^-----BEGIN PGP SIGNATURE-----\n((?:[A-Za-z]+: [^\n]*\n)*)\n([A-Za-z0-9+/=\n]+?)\n(?:=([A-Za-z0-9+/]{4})\n)?-----END PGP SIGNATURE-----\n*$/;

/** Bytes no file with one signature exceeds. */
const most = 64 * 1024;

/** The packet, header and all. Fails with `format.invalid` for text around the armor, several packets, and packets of unknown length. */
export function onlyPacket(bytes: Uint8Array): Uint8Array {
  if (bytes.length > most) throw new Problem("format.invalid", "it is too long for a signature of OpenPGP");
  const packet = looksArmored(bytes) ? unarmored(Buffer.from(bytes).toString("latin1")) : bytes;
  if (!isSignaturePacket(packet))
    throw new Problem("format.invalid", "it is not one signature of OpenPGP, or not that alone");
  return packet;
}

/** Whether bytes are meant to be a signature, whatever else is wrong with them. */
export function looksLikePgpSignature(bytes: Uint8Array): boolean {
  return looksArmored(bytes) || isSignaturePacket(bytes);
}

function looksArmored(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 29)).toString("latin1") === "-----BEGIN PGP SIGNATURE-----";
}

function unarmored(text: string): Uint8Array {
  const [, , base64, sum] = armor.exec(text.replaceAll("\r\n", "\n")) ?? [];
  const bytes = base64 === undefined ? undefined : decodeBase64(base64.replaceAll("\n", ""));
  if (bytes === undefined)
    throw new Problem("format.invalid", "it is not armored as OpenPGP armors signatures, or not that alone");
  if (sum !== undefined && sum !== crc24(bytes).toString("base64"))
    throw new Problem("format.invalid", "its armor has a wrong checksum");
  return bytes;
}

/** One packet of type 2 over all bytes, its body's first byte a version (4.2.1, 4.2.2). */
function isSignaturePacket(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  const at = first >= 0xc0 ? bodyOfNew(bytes, first, second) : bodyOfOld(bytes, first);
  const version = at === undefined ? undefined : bytes[at];
  return version !== undefined && version >= 3 && version <= 6;
}

function bodyOfNew(bytes: Uint8Array, first: number, second: number): number | undefined {
  if (first !== 0xc2) return undefined;
  const view = Buffer.from(bytes);
  if (second < 192) return second === bytes.length - 2 ? 2 : undefined;
  if (second < 224 && bytes.length > 3)
    return ((second - 192) << 8) + (bytes[2] ?? 0) + 192 === bytes.length - 3 ? 3 : undefined;
  return second === 255 && bytes.length > 6 && view.readUInt32BE(2) === bytes.length - 6 ? 6 : undefined;
}

function bodyOfOld(bytes: Uint8Array, first: number): number | undefined {
  const size = { 0x88: 1, 0x89: 2, 0x8a: 4 }[first];
  if (size === undefined || bytes.length <= 1 + size) return undefined;
  return Buffer.from(bytes).readUIntBE(1, size) === bytes.length - 1 - size ? 1 + size : undefined;
}

/** RFC 9580, 6.1.1. */
function crc24(bytes: Uint8Array): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  const sum = Buffer.alloc(3);
  sum.writeUIntBE(crc & 0xffffff, 0, 3);
  return sum;
}
