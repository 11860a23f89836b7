/** OpenPGP keys of newer forms than gpg 2.2 makes, judged by the library's own verification. */
import * as openpgp from "openpgp";
import { afterAll, beforeAll, expect, it } from "vitest";

import { type KeyProject, keyProject, keyTime, signTime } from "../worlds/keys.ts";

let project: KeyProject;
beforeAll(() => void (project = keyProject()));
afterAll(() => project.close());

const userIDs = [{ name: "Release", email: "release@example.com" }];
const date = new Date(keyTime * 1000);

it("Ed25519 as RFC 9580 has it signs", async () => {
  const made = await openpgp.generateKey({ type: "curve25519", userIDs, date, format: "armored" });
  const signer = await project.openpgp("{ openpgp: env:KEY }", { env: { KEY: made.privateKey } });
  const data = new TextEncoder().encode("what is signed");
  const verify = async (signed: Uint8Array): Promise<unknown> => {
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: signed }),
      signature: await openpgp.readSignature({
        binarySignature: await signer.detached(data, { time: signTime, armor: false }),
      }),
      verificationKeys: await openpgp.readKey({ armoredKey: made.publicKey }),
      date: new Date((signTime + 1) * 1000),
      format: "binary",
    });
    return signatures[0]?.verified;
  };
  expect(await verify(data)).toBe(true);
  await expect(verify(new TextEncoder().encode("something else"))).rejects.toThrow("Signed digest did not match");
});

it("version 6 is refused, since package managers do not read it", async () => {
  const { privateKey } = await openpgp.generateKey({
    type: "curve25519",
    userIDs,
    date,
    format: "armored",
    config: { v6Keys: true },
  });
  await expect(project.signer("{ openpgp: env:KEY }", { env: { KEY: privateKey } })).rejects.toMatchObject({
    code: "key.invalid",
    message: "trust.keys.release is of version 6, and package managers read version 4",
  });
});
