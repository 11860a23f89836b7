/** RSA signatures, judged by openssl: keys in every form of PEM, and what is no such key. */
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { needs } from "../judges.ts";
import { type KeyProject, keyProject } from "../worlds/keys.ts";

const data = Buffer.from("what is signed\n".repeat(1000));
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const spki = pair.publicKey.export({ type: "spki", format: "der" });
const passphrase = "correct horse battery staple";
let project: KeyProject;

beforeAll(() => {
  project = keyProject();
  project.write("public.pem", pair.publicKey.export({ type: "spki", format: "pem" }));
});
afterAll(() => project.close());

const forms = {
  "PKCS #1": pair.privateKey.export({ type: "pkcs1", format: "pem" }),
  "PKCS #8": pair.privateKey.export({ type: "pkcs8", format: "pem" }),
  "PKCS #8 with a passphrase": pair.privateKey.export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase,
  }),
  "PKCS #1 with a passphrase": pair.privateKey.export({
    type: "pkcs1",
    format: "pem",
    cipher: "aes-128-cbc",
    passphrase,
  }),
  base64: Buffer.from(pair.privateKey.export({ type: "pkcs8", format: "pem" })).toString("base64"),
};

describe("signatures", () => {
  for (const [form, text] of Object.entries(forms)) {
    needs("openssl")(`of a key as ${form} are good to openssl`, async ({ openssl }) => {
      const entry = "{ rsa: env:KEY, passphrase: env:PASS, as: team@example.com-5f2c.rsa.pub }";
      const signer = await project.rsa(entry, { env: { KEY: String(text), PASS: passphrase } });
      expect(signer.keyName).toBe("team@example.com-5f2c.rsa.pub");
      expect(signer.fingerprint).toBe(createHash("sha256").update(spki).digest("hex"));
      for (const hash of ["sha1", "sha256", "sha512"] as const) {
        const chunks = async function* (): AsyncGenerator<Uint8Array> {
          yield data.subarray(0, 100);
          yield data.subarray(100);
        };
        const signature = await signer.signature(chunks(), hash);
        expect(await signer.signature(data, hash)).toEqual(signature);
        project.write("data", data);
        project.write("data.sig", signature);
        const paths = ["public.pem", "data.sig", "data"].map((name) => join(project.root, name));
        const [key = "", sig = "", file = ""] = paths;
        const told = execFileSync(openssl, ["dgst", `-${hash}`, "-verify", key, "-signature", sig, file]);
        expect(told.toString()).toBe("Verified OK\n");
      }
    });
  }
});

describe("keys", () => {
  const open = (text: string, more = ""): Promise<unknown> =>
    project.signer(`{ rsa: env:KEY${more} }`, { env: { KEY: text, PASS: "wrong secret" } });

  it("that are none of RSA in PEM are refused with what they are", async () => {
    const pem = { type: "pkcs8", format: "pem" } as const;
    const none: readonly (readonly [string, string])[] = [
      ["-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n", "is an OpenPGP key, and apk wants an RSA key in PEM"],
      ["-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "is in OpenSSH's own form"],
      [String(pair.publicKey.export({ type: "spki", format: "pem" })), "holds a public key, which cannot sign"],
      ["hello", "is no key in PEM"],
      [String(forms["PKCS #8"]).slice(0, 300), "cannot be read as a key in PEM"],
      [String(generateKeyPairSync("ed25519").privateKey.export(pem)), "is no RSA key: it is of type ed25519"],
      [
        String(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pem)),
        "has 1024 bits, and fewer than 2048 are believed nowhere",
      ],
      [String(forms["PKCS #8 with a passphrase"]), "has a passphrase, and nobody said where it is"],
    ];
    for (const [text, why] of none)
      await expect(open(text)).rejects.toMatchObject({ code: "key.invalid", message: `trust.keys.release ${why}` });
  });

  it("are opened by their own passphrase and no other", async () => {
    for (const form of ["PKCS #8 with a passphrase", "PKCS #1 with a passphrase"] as const)
      await expect(open(String(forms[form]), ", passphrase: env:PASS")).rejects.toMatchObject({
        code: "key.invalid",
        message: "trust.keys.release cannot be opened: the passphrase in env:PASS is not its own",
      });
  });
});
