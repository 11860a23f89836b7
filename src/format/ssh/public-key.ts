/** SSH's public keys: blobs (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4) and the lines people keep them in. */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";

import { Problem } from "../../model/problem.ts";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import { ed25519Bytes, ed25519Public } from "../ed25519.ts";
import { algorithmOf } from "../public-key.ts";
import { mpint, string, wireReader, type WireReader } from "./wire.ts";

export interface SshPublicKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string;
  readonly blob: Uint8Array;
  readonly key: KeyObject;
  /** `ed25519`, `ecdsa-p256`, `rsa-4096`. */
  readonly algorithm: string;
}

type ReadKey = (reader: WireReader) => KeyObject;

/** By the name a blob begins with: how what follows is read. */
const types: Readonly<Record<string, ReadKey>> = {
  "ssh-ed25519": (reader) => {
    const key = ed25519Public(reader.string());
    if (key === undefined)
      throw new Problem("format.invalid", "it is no public key: its point is none that a key pair has");
    return key;
  },
  "ssh-rsa": (reader) => {
    const [e, n] = [reader.mpint(), reader.mpint()];
    return fromJwk({ kty: "RSA", n: base64url(n), e: base64url(e) });
  },
  "ecdsa-sha2-nistp256": onCurve("nistp256", "P-256", 32),
  "ecdsa-sha2-nistp384": onCurve("nistp384", "P-384", 48),
  "ecdsa-sha2-nistp521": onCurve("nistp521", "P-521", 66),
};

function onCurve(name: string, crv: string, size: number): ReadKey {
  return (reader) => {
    if (reader.text() !== name) throw new Problem("format.invalid", "it names two curves");
    const point = reader.string();
    if (point.length !== 1 + 2 * size || point[0] !== 4)
      throw new Problem("format.invalid", "it is no point of its curve");
    const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
    return fromJwk({ kty: "EC", crv, x: base64url(x), y: base64url(y) });
  };
}

/** Reads a blob. Fails with `format.invalid`: another type, damaged, or too weak. */
export function readSshBlob(blob: Uint8Array): SshPublicKey {
  const reader = wireReader(blob, "a public key of SSH");
  const type = reader.text();
  const read = Object.hasOwn(types, type) ? types[type] : undefined;
  if (read === undefined)
    throw new Problem("format.invalid", `it is a key of type ${JSON.stringify(type.slice(0, 60))}`, {
      expected: `one of ${Object.keys(types).join(", ")}`,
    });
  const key = read(reader);
  reader.end();
  return { type, blob, key, algorithm: algorithmOf(key) };
}

/** The blob of a key. Fails with `format.invalid` for keys SSH has no blob for, and weak ones. */
export function sshKeyOf(key: KeyObject): SshPublicKey {
  const algorithm = algorithmOf(key);
  const half = key.type === "private" ? createPublicKey(key) : key;
  const [type, ...parts] = partsOf(half, algorithm);
  return { type, blob: Buffer.concat([string(type), ...parts]), key: half, algorithm };
}

function partsOf(key: KeyObject, algorithm: string): readonly [string, ...Uint8Array[]] {
  if (algorithm === "ed25519") return ["ssh-ed25519", string(ed25519Bytes(key))];
  const { n = "", e = "", x = "", y = "", crv = "" } = key.export({ format: "jwk" });
  const bytes = (text: string): Buffer => Buffer.from(text, "base64url");
  if (algorithm.startsWith("rsa-")) return ["ssh-rsa", mpint(bytes(e)), mpint(bytes(n))];
  const curve = crv.replace("P-", "nistp");
  return [`ecdsa-sha2-${curve}`, string(curve), string(Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]))];
}

/** The line of an id_ed25519.pub or of authorized_keys: type, base64, comment. */
export function sshLine({ type, blob }: Pick<SshPublicKey, "type" | "blob">, comment = ""): string {
  return `${type} ${encodeBase64(blob)}${comment === "" ? "" : ` ${comment}`}`;
}

/** Two words of a line, `ssh-ed25519 AAAA...`, as a key. Fails with `format.invalid`. */
export function readSshWords(type: string | undefined, base64: string | undefined): SshPublicKey {
  const blob = base64 === undefined ? undefined : decodeBase64(base64);
  if (blob === undefined)
    throw new Problem("format.invalid", "it is no line of authorized_keys: a type, and the base64 of a key");
  const key = readSshBlob(blob);
  if (key.type !== type)
    throw new Problem("format.invalid", `it is a key of type ${key.type}, and its line says another`);
  return key;
}

/** Whether a word begins a public key: those SSH knows, of which not all are read. */
export function isSshType(word: string): boolean {
  return /^(ssh-(ed25519|rsa|dss)|ecdsa-sha2-nistp\d+|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$/.test(word);
}

/** SHA-256 of the blob, lower-case hex. */
export function sshFingerprint({ blob }: Pick<SshPublicKey, "blob">): string {
  return createHash("sha256").update(blob).digest("hex");
}

/** The same as ssh-keygen prints it: `SHA256:` and base64 without padding. */
export function shownSshFingerprint({ blob }: Pick<SshPublicKey, "blob">): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

function fromJwk(key: Record<string, string>): KeyObject {
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    throw new Problem("format.invalid", "it cannot be read as a public key of SSH");
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
