/** Sigstore keys: which are taken, which are refused and why, and signatures that follow from key and file. */
import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, test } from "vitest";

import { readBundle } from "../../src/format/sigstore/bundle.ts";
import type { FileSigner } from "../../src/model/signer.ts";
import { sigstore } from "../../src/sign/sigstore.ts";
import { sigstore as reader } from "../../src/verify/signatures/sigstore.ts";
import { needs } from "../judges.ts";
import { fileOf, keyContext, sigstoreSigner } from "../worlds/sigstore.ts";

const pem = { type: "pkcs8", format: "pem" } as const;
const tool = fileOf("tool", Buffer.from("the tool\n"));

test("ECDSA has the nonce of RFC 6979 (A.2.5, SHA-256)", async () => {
  const number = (hex: string): string => Buffer.from(hex, "hex").toString("base64url");
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: number("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
      x: number("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
      y: number("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"),
    },
  });
  const signer = await sigstoreSigner(key.export(pem).toString());
  const bundle = await signer.signFile(fileOf("sample", Buffer.from("sample")), { content: "message" }, 0);
  const { content } = readBundle(bundle, "it");
  const [r, s] = [
    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
  ];
  expect(Buffer.from(content.signature).toString("hex").toUpperCase()).toBe(`3046022100${r}022100${s}`);
});

const refused: Readonly<Record<string, readonly [string, string]>> = {
  "on another curve": [
    generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export(pem).toString(),
    "the curve secp384r1",
  ],
  "of too few bits": [
    generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pem).toString(),
    "1024 bits",
  ],
  "that is public": [
    generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString(),
    "holds a public key",
  ],
  "that is none": ["hush hush", "is no key in PEM"],
  "that is damaged": ["-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n", "cannot be read"],
  "whose passphrase nobody said": [
    generateKeyPairSync("ed25519")
      .privateKey.export({ ...pem, cipher: "aes-256-cbc", passphrase: "x" })
      .toString(),
    "nobody said where it is",
  ],
};
for (const [what, [key, why]] of Object.entries(refused))
  it(`a key ${what} is refused`, async () => {
    const thrown = await sigstoreSigner(key).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ code: "key.invalid", message: expect.stringContaining(why) as string });
    expect(String(thrown)).not.toContain("hush");
  });

needs("openssl")(
  "a command signs with its key, and what it signs is checked before it is used",
  async ({ openssl }) => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-sigstore-"));
    try {
      const [own, other] = ["own", "other"].map((name) => {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        writeFileSync(join(folder, name), privateKey.export(pem));
        return publicKey.export({ type: "spki", format: "pem" }).toString();
      });
      const signerBy = async (name: string): Promise<FileSigner> => {
        const signer = await sigstore.open(
          { command: [], public: "own.pub" },
          keyContext(
            {},
            {
              read: async () => Buffer.from(own ?? ""),
              run: async (_, { artifact = "", signature = "" }) => {
                execFileSync(openssl, ["dgst", "-sha256", "-sign", join(folder, name), "-out", signature, artifact]);
              },
            },
          ),
        );
        if (signer.method !== "sigstore") throw new Error("another method");
        return signer;
      };
      const bundle = await (await signerBy("own")).signFile(tool, { content: "message" }, 0);
      expect(await reader.check(bundle, tool, [await reader.readKey(own ?? "", "own")])).toMatchObject({
        outcome: "ok",
      });
      const stranger = await reader.check(bundle, tool, [await reader.readKey(other ?? "", "other")]);
      expect(stranger.outcome).toBe("unknown-key");
      await expect((await signerBy("other")).signFile(tool, { content: "message" }, 0)).rejects.toMatchObject({
        code: "key.invalid",
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test("a bundle with the hint of a trusted key that is not by it is no stranger's, but wrong", async () => {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem).toString();
  const signer = await sigstoreSigner(key);
  const own = await reader.readKey(signer.publicKey, "release");
  const bundle = Buffer.from(await signer.signFile(tool, { content: "message" }, 0)).toString();
  const json = JSON.parse(bundle) as { messageSignature: { signature: string } };
  const signature = Buffer.from(json.messageSignature.signature, "base64");
  signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  json.messageSignature.signature = signature.toString("base64");
  expect(await reader.check(Buffer.from(JSON.stringify(json)), tool, [own])).toMatchObject({ outcome: "failed" });
});

test("a statement signs a file only where it says what the file says", async () => {
  const signer = await sigstoreSigner(
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem).toString(),
  );
  const own = await reader.readKey(signer.publicKey, "release");
  const sbom = fileOf("tool.spdx.json", Buffer.from('{"spdxVersion":"SPDX-2.3","name":"tool"}'), [tool]);
  const spaced = fileOf("tool.spdx.json", Buffer.from('{ "spdxVersion": "SPDX-2.3", "name": "tool" }'), [tool]);
  const changed = fileOf("tool.spdx.json", Buffer.from('{"spdxVersion":"SPDX-2.3","name":"evil"}'), [tool]);
  const bundle = await signer.signFile(sbom, { content: "statement" }, 0);
  const outcomes = [sbom, spaced, changed, tool].map(async (file) => (await reader.check(bundle, file, [own])).outcome);
  expect(await Promise.all(outcomes)).toEqual(["ok", "ok", "failed", "failed"]);
});
