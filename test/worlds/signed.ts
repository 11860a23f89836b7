/** A kind of signature for tests of what follows from signatures: Ed25519 by node:crypto, the least file that names its key. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

import type { SignFile } from "../../src/make/close.ts";
import { Problem } from "../../src/model/problem.ts";
import type { SignaturePlan } from "../../src/model/release-plan.ts";
import type { FileToSign } from "../../src/model/signer.ts";
import type { SignatureReader, TrustedKey } from "../../src/verify/signatures/kind.ts";

export interface TestKey {
  readonly name: string;
  readonly secret: KeyObject;
  /** As a trust file holds it. */
  readonly text: string;
  readonly fingerprint: string;
}

export function testKey(name: string): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ type: "spki", format: "der" });
  return { name, secret: privateKey, text: `test-key ${spki.toString("base64")}`, fingerprint: fingerprintOf(spki) };
}

/** The bytes of a signature's file. */
export function testSignature({ secret, fingerprint }: TestKey, file: Uint8Array): Buffer {
  return Buffer.from(`test-signature ${fingerprint} ${sign(null, file, secret).toString("base64")}\n`);
}

/** How files of these types are signed with a key. */
export function signedBy({ name, fingerprint }: TestKey, ...of: SignaturePlan["of"]): SignaturePlan {
  return {
    kind: "test",
    key: name,
    fingerprint,
    options: {},
    attaches: false,
    of,
    name: { late: `{{ artifact.name }}.${name}`, with: {} },
    env: {},
  };
}

/** Signs with the key that the Plan names. */
export function signerOf(...keys: readonly TestKey[]): SignFile {
  return async ({ key }, file) => {
    const found = keys.find(({ name }) => name === key);
    if (found === undefined) throw new Error(key);
    return testSignature(found, await bytesOf(file));
  };
}

interface OpenedKey extends TrustedKey {
  readonly key: KeyObject;
}

const form = /^test-signature ([0-9a-f]{64}) ([A-Za-z0-9+/]{86}==)\n$/;

export const testReader: SignatureReader<OpenedKey> = {
  method: "test",
  suffixes: [".release", ".ci"],
  isKey: (text) => text.startsWith("test-key "),
  async readKey(text, name) {
    try {
      const spki = Buffer.from(text.slice("test-key ".length), "base64");
      const key = createPublicKey({ key: spki, format: "der", type: "spki" });
      return { name, method: "test", fingerprint: fingerprintOf(spki), key };
    } catch (cause) {
      throw new Problem("key.invalid", `${name} is no key`, { cause });
    }
  },
  isSignature: (bytes) => Buffer.from(bytes.subarray(0, 15)).toString() === "test-signature ",
  async check(signature, file, keys) {
    const [, fingerprint, base64 = ""] = form.exec(Buffer.from(signature).toString("latin1")) ?? [];
    if (fingerprint === undefined || Buffer.from(base64, "base64").toString("base64") !== base64)
      return { outcome: "failed", detail: "it is damaged" };
    const by = keys.find((key) => key.fingerprint === fingerprint);
    if (by === undefined) return { outcome: "unknown-key", detail: `it is by ${fingerprint}` };
    const isRight = verify(null, await bytesOf(file), by.key, Buffer.from(base64, "base64"));
    return isRight ? { outcome: "ok", by, detail: "" } : { outcome: "failed", detail: "it is over other bytes" };
  },
};

async function bytesOf(file: FileToSign): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file.open()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function fingerprintOf(spki: Uint8Array): string {
  return createHash("sha256").update(spki).digest("hex");
}
