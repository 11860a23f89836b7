/** SSH's signatures of files (OpenSSH, PROTOCOL.sshsig), as `ssh-keygen -Y sign` writes them. */
import { Problem } from "../../model/problem.ts";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import { string, uint32, wireReader } from "./wire.ts";

export interface SshSignature {
  /** Blob of the key that made it. */
  readonly publicKey: Uint8Array;
  readonly namespace: string;
  /** Of the file. */
  readonly hash: SshHash;
  /** `ssh-ed25519`, `rsa-sha2-512`, `ecdsa-sha2-nistp256`, ... */
  readonly algorithm: string;
  /** In the algorithm's own form. */
  readonly signature: Uint8Array;
}

export type SshHash = "sha256" | "sha512";

const [begin, end] = ["-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"];
const magic = Buffer.from("SSHSIG");

/** Bytes no signature file exceeds: that of an RSA key of 16384 bits has 6 KiB. */
const most = 16 * 1024;

/** The bytes that the key signs, given the file's digest. */
export function sshSigned(namespace: string, hash: SshHash, digest: Uint8Array): Uint8Array {
  return Buffer.concat([magic, string(namespace), string(""), string(hash), string(digest)]);
}

/** Reads a signature file. Fails with `format.invalid` for whatever ssh-keygen does not write, text around it included. */
export function readSshSignature(bytes: Uint8Array): SshSignature {
  if (bytes.length > most) throw new Problem("format.invalid", "it is too long for a signature of SSH");
  const reader = wireReader(unarmored(Buffer.from(bytes).toString("latin1")), "a signature of SSH");
  if (!magic.equals(reader.bytes(magic.length)) || reader.uint32() !== 1)
    throw new Problem("format.invalid", "it is no signature of SSH of version 1");
  const publicKey = reader.string();
  const namespace = reader.text();
  if (namespace === "") throw new Problem("format.invalid", "it has no namespace");
  if (reader.string().length > 0)
    throw new Problem("format.invalid", "it uses a part of the form that is not in use yet");
  const hash = reader.text();
  const inner = wireReader(reader.string(), "a signature of SSH");
  reader.end();
  if (hash !== "sha256" && hash !== "sha512") throw new Problem("format.invalid", "its hash is not sha256 or sha512");
  const algorithm = inner.text();
  const signature = inner.string();
  inner.end();
  return { publicKey, namespace, hash, algorithm, signature };
}

/** Whether bytes are meant to be one, whatever else is wrong with them. */
export function looksLikeSshSignature(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, begin.length)).toString("latin1") === begin;
}

/** The file: armored, in lines of 70 characters. */
export function writeSshSignature({ publicKey, namespace, hash, algorithm, signature }: SshSignature): Uint8Array {
  const inner = Buffer.concat([string(algorithm), string(signature)]);
  const parts = [magic, uint32(1), string(publicKey), string(namespace), string(""), string(hash), string(inner)];
  const lines = encodeBase64(Buffer.concat(parts)).match(/.{1,70}/g) ?? [];
  return Buffer.from([begin, ...lines, end, ""].join("\n"));
}

function unarmored(text: string): Uint8Array {
  const body =
    text.startsWith(`${begin}\n`) && text.endsWith(`\n${end}\n`) ? text.slice(begin.length + 1, -end.length - 2) : "";
  const lines = body.split("\n");
  const isEven = lines.every((line, index) => line.length === 70 || (index === lines.length - 1 && line.length < 70));
  const bytes = isEven ? decodeBase64(lines.join("")) : undefined;
  if (bytes === undefined || bytes.length === 0)
    throw new Problem("format.invalid", "it is not armored as ssh-keygen armors signatures, or not that alone");
  return bytes;
}
