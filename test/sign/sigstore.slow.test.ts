/** Sigstore bundles by keys, judged by cosign 2 and 3: of files and of what documents say; and their bundles by ours. */
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { newSigstore } from "../../src/sign/new/sigstore.ts";
import { readBundle } from "../../src/format/sigstore/bundle.ts";
import type { FileSigner, FileToSign } from "../../src/model/signer.ts";
import { sigstore as reader } from "../../src/verify/signatures/sigstore.ts";
import { needs } from "../judges.ts";
import { type CosignHome, cosignHome, cosignPassword, cosigns } from "../worlds/cosign.ts";
import { fileOf as fileOfBytes, sigstoreSigner } from "../worlds/sigstore.ts";

let home: CosignHome;
beforeAll(() => {
  home = cosignHome();
  writeFileSync(home.path("tool"), "the tool\n");
  writeFileSync(home.path("empty.json"), '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}');
  writeFileSync(home.path("other"), "another tool\n");
});
afterAll(() => {
  home.close();
});

function fileOf(name: string, about?: FileToSign["about"]): FileToSign {
  return fileOfBytes(name, readFileSync(home.path(name)), about);
}

async function bundleOf(signer: FileSigner, file: FileToSign, name: string, content = "message"): Promise<Uint8Array> {
  const bytes = await signer.signFile(file, { content }, 0);
  writeFileSync(home.path(name), bytes);
  return bytes;
}

const pem = { type: "pkcs8", format: "pem" } as const;
const keys = {
  "ecdsa-p256": generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  ed25519: generateKeyPairSync("ed25519").privateKey,
  "rsa-2048": generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
};

/** cosign 2 asks the network for a trusted root where it is given none, though a key needs none. */
const newBundle = ["--new-bundle-format", "--trusted-root", "empty.json"];

describe.each(cosigns)("%s", (name) => {
  for (const [algorithm, key] of Object.entries(keys))
    needs(name)(`verifies a bundle by a key of ${algorithm}, and refuses it for another file`, async (tools) => {
      const program = tools[name];
      const signer = await sigstoreSigner(key.export(pem).toString());
      expect(signer.algorithm).toBe(algorithm);
      writeFileSync(home.path("key.pub"), signer.publicKey);
      const bytes = await bundleOf(signer, fileOf("tool"), "tool.sigstore.json");
      expect(await bundleOf(signer, fileOf("tool"), "tool.sigstore.json")).toEqual(bytes);
      const words = ["verify-blob", "--key", "key.pub", "--bundle", "tool.sigstore.json", "--insecure-ignore-tlog"];
      const extra = name === "cosign-2" ? newBundle : [];
      expect(await home.ask(program, ...words, ...extra, "tool")).toEqual({ status: 0, text: expect.any(String) });
      expect((await home.ask(program, ...words, ...extra, "other")).status).not.toBe(0);
      const own = await reader.readKey(signer.publicKey, "release");
      expect(await reader.check(bytes, fileOf("tool"), [own])).toMatchObject({
        outcome: "ok",
        by: { name: "release" },
      });
      expect(await reader.check(bytes, fileOf("other"), [own])).toMatchObject({ outcome: "failed" });
    });

  needs(name)(
    "makes a key that signs here, and its bundle of a file holds the same signature each time",
    async (tools) => {
      const program = tools[name];
      const own = cosignHome();
      try {
        own.makeKey(program);
        const signer = await sigstoreSigner(readFileSync(own.path("cosign.key"), "utf8"), cosignPassword);
        expect(signer.publicKey).toBe(readFileSync(own.path("cosign.pub"), "utf8"));
        await expect(sigstoreSigner(readFileSync(own.path("cosign.key"), "utf8"), "wrong")).rejects.toThrow(
          "cannot be opened: the passphrase in",
        );
      } finally {
        own.close();
      }
    },
  );

  needs(name)("signs a file with a key of its own, and we verify it, and no other file", async (tools) => {
    home.makeKey(tools[name], name);
    const own = ["--key", `${name}.key`, "--bundle", `${name}.sigstore.json`];
    const offline =
      name === "cosign-2" ? ["--new-bundle-format", "--tlog-upload=false"] : ["--signing-config=none.json"];
    writeFileSync(home.path("none.json"), '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}');
    expect(await home.ask(tools[name], "sign-blob", ...own, ...offline, "tool")).toEqual({
      status: 0,
      text: expect.any(String) as string,
    });
    const bundle = readFileSync(home.path(`${name}.sigstore.json`));
    const key = await reader.readKey(readFileSync(home.path(`${name}.pub`), "utf8"), "theirs");
    expect(reader.isSignature(bundle)).toBe(true);
    expect(await reader.check(bundle, fileOf("tool"), [key])).toMatchObject({ outcome: "ok", by: { name: "theirs" } });
    expect(await reader.check(bundle, fileOf("other"), [key])).toMatchObject({ outcome: "failed" });
  });

  needs(name)("verifies what an SBOM says of a file, and of no other", async (tools) => {
    const program = tools[name];
    const signer = await sigstoreSigner(keys["ecdsa-p256"].export(pem).toString());
    writeFileSync(home.path("key.pub"), signer.publicKey);
    writeFileSync(home.path("tool.spdx.json"), JSON.stringify({ spdxVersion: "SPDX-2.3", name: "tool" }));
    await bundleOf(signer, fileOf("tool.spdx.json", [fileOf("tool")]), "tool.spdx.sigstore.json", "statement");
    const words = ["verify-blob-attestation", "--key", "key.pub", "--bundle", "tool.spdx.sigstore.json"];
    const type = ["--type", "spdxjson", "--insecure-ignore-tlog", ...(name === "cosign-2" ? newBundle : [])];
    expect(await home.ask(program, ...words, ...type, "tool")).toMatchObject({ status: 0 });
    expect((await home.ask(program, ...words, ...type, "other")).status).not.toBe(0);
  });
});

needs("cosign")("a key that is made here is one that cosign opens", async ({ cosign }) => {
  const made = await newSigstore.create({ algorithm: "ecdsa-p256", passphrase: cosignPassword, owner: "" });
  writeFileSync(home.path("sealed.key"), made.secret);
  const { status, text } = await home.ask(cosign, "public-key", "--key", "sealed.key");
  expect({ status, text }).toMatchObject({ status: 0 });
  expect(text).toContain(made.publicKey.trim());
  const { fingerprint } = await sigstoreSigner(made.secret, cosignPassword);
  expect(fingerprint).toBe(made.fingerprint);
});

it("a document that is neither an SBOM nor a statement cannot be attested", async () => {
  const signer = await sigstoreSigner(keys["ecdsa-p256"].export(pem).toString());
  writeFileSync(home.path("some.json"), "{}");
  await expect(signer.signFile(fileOf("some.json"), { content: "statement" }, 0)).rejects.toThrow("neither an SBOM");
  const bundle = readBundle(await signer.signFile(fileOf("some.json"), { content: "message" }, 0), "it");
  expect(bundle.key).toEqual({ kind: "hint", hint: Buffer.from(signer.fingerprint, "hex").toString("base64") });
});
