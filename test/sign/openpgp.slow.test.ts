/** OpenPGP signatures, judged by gpg and Sequoia: every kind of key that gpg makes, in every form it is handed over. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import {
  fingerprintOf,
  type Gpg,
  gpgWorld,
  type KeyProject,
  keyProject,
  keyTime,
  makeKey,
  signTime,
} from "../worlds/keys.ts";

const data = Buffer.from("what is signed\n".repeat(1000));
const passphrase = "correct horse battery staple";
let gpg: Gpg;
let project: KeyProject;

beforeAll(() => {
  const found = judge("gpg");
  if (found === undefined) return;
  gpg = gpgWorld(found);
  project = keyProject();
});
afterAll(() => {
  gpg?.close();
  project?.close();
});

/** What gpg says of a detached signature: its status lines, or a failure. */
function verified(signature: Uint8Array, signed: Uint8Array = data): string {
  project.write("data", signed);
  project.write("data.sig", signature);
  return gpg
    .run(["--status-fd", "1", "--verify", join(project.root, "data.sig"), join(project.root, "data")])
    .toString();
}

describe("signatures", () => {
  for (const algorithm of ["rsa3072", "ed25519", "nistp256", "nistp384", "nistp521"]) {
    needs("gpg", "sq")(`by ${algorithm} are good to gpg and sq, armored, binary and around text`, async ({ sq }) => {
      const fingerprint = makeKey(gpg, algorithm, algorithm);
      project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", fingerprint]));
      project.write("public.asc", gpg.run(["--armor", "--export", fingerprint]));
      const signer = await project.openpgp("{ openpgp: file:key.asc }");
      expect(signer.fingerprint).toBe(fingerprint);
      for (const armor of [true, false]) {
        const signature = await signer.detached(data, { time: signTime, armor });
        expect(verified(signature)).toMatch(
          new RegExp(`VALIDSIG ${fingerprint} \\S+ ${signTime} 0 4 0 \\d+ \\d+ 00 `, "i"),
        );
        sqVerify(sq);
        expect(await signer.detached(data, { time: signTime, armor })).toEqual(signature);
      }
      const text = "first line\n- a dash  \n\n-----BEGIN nothing\nfourth\t\nlast\n";
      const clear = await signer.clearsigned(text, { time: signTime });
      expect(gpg.run(["--status-fd", "1", "--verify"], { input: clear }).toString()).toContain("VALIDSIG");
      expect(gpg.run(["--decrypt"], { input: clear }).toString()).toBe(text.replaceAll(/[ \t]+$/gm, ""));
      expect(await signer.clearsigned(text, { time: signTime })).toBe(clear);
    });
  }

  needs("gpg")("are made by a subkey whose primary key is not there", async () => {
    const fingerprint = makeKey(gpg, "subkeys", "rsa3072", { usage: "cert" });
    gpg.run(["--passphrase", "", "--quick-add-key", fingerprint, "ed25519", "sign", "never"], { at: keyTime + 60 });
    project.write("sub.asc", gpg.run(["--armor", "--export-secret-subkeys", fingerprint]));
    const signer = await project.openpgp("{ openpgp: file:sub.asc }");
    const told = verified(await signer.detached(data, { time: signTime, armor: false }));
    expect(told).toMatch(new RegExp(`VALIDSIG ${signer.fingerprint} .* ${fingerprint}`, "i"));
    expect(signer.fingerprint).not.toBe(fingerprint);
  });

  needs("gpg")("are made by the key that `id` says, and a stub of one is no key to sign with", async () => {
    const fingerprint = makeKey(gpg, "chosen", "ed25519");
    gpg.run(["--passphrase", "", "--quick-add-key", fingerprint, "ed25519", "sign", "never"], { at: keyTime + 60 });
    project.write("chosen.asc", gpg.run(["--armor", "--export-secret-keys", fingerprint]));
    const newest = await project.openpgp("{ openpgp: file:chosen.asc }");
    expect(newest.fingerprint).not.toBe(fingerprint);
    const chosen = await project.openpgp(
      `{ openpgp: file:chosen.asc, id: "0x${fingerprint.slice(-16).toUpperCase()}" }`,
    );
    expect(chosen.fingerprint).toBe(fingerprint);
    const told = await project.openpgp('{ openpgp: file:chosen.asc, id: "{{ env.ID }}" }', {
      env: { ID: `${fingerprint}!` },
    });
    expect(told.fingerprint).toBe(fingerprint);
    await expect(project.signer("{ openpgp: file:chosen.asc, id: 1234 }")).rejects.toMatchObject({
      code: "key.invalid",
      message: 'trust.keys.release has an `id` that is none: "1234"',
    });
    await expect(project.signer("{ openpgp: file:chosen.asc, id: 0xABCDEF0123456789 }")).rejects.toMatchObject({
      message: "trust.keys.release holds no key with the id abcdef0123456789",
    });
    expect(verified(await chosen.detached(data, { time: signTime, armor: true }))).toContain("VALIDSIG");
    project.write("stub.asc", gpg.run(["--armor", "--export-secret-subkeys", fingerprint]));
    await expect(project.signer(`{ openpgp: file:stub.asc, id: ${fingerprint} }`)).rejects.toMatchObject({
      code: "key.invalid",
      message: "trust.keys.release has no secret to sign with",
    });
  });

  needs("gpg")("are not older than their key", async () => {
    const made = signTime + 1000;
    makeKey(gpg, "newer", "ed25519", { at: made });
    project.write("newer.asc", gpg.run(["--armor", "--export-secret-keys", "newer"]));
    const signer = await project.openpgp("{ openpgp: file:newer.asc }", { time: signTime });
    const signature = await signer.detached(data, { time: signTime, armor: false });
    project.write("data.sig", signature);
    const files = [join(project.root, "data.sig"), join(project.root, "data")];
    const told = gpg.run(["--status-fd", "1", "--verify", ...files], { at: made + 1000 }).toString();
    expect(told).toContain(` ${made} 0 4 0 `);
  });

  needs("gpg", "sq")(
    "are not older than the key's latest word on itself, before which sq believes nothing",
    async ({ sq }) => {
      const fingerprint = makeKey(gpg, "extended", "ed25519", { expires: "20330101T000000" });
      gpg.run(["--passphrase", "", "--quick-set-expire", fingerprint, "20400101T000000"], { at: signTime + 5000 });
      project.write("extended.asc", gpg.run(["--armor", "--export-secret-keys", fingerprint], { at: signTime + 6000 }));
      project.write("public.asc", gpg.run(["--armor", "--export", fingerprint], { at: signTime + 6000 }));
      const signer = await project.openpgp("{ openpgp: file:extended.asc }");
      for (const [time, expected] of [
        [signTime, signTime + 5000],
        [signTime + 5500, signTime + 5500],
      ] as const) {
        project.write("data.sig", await signer.detached(data, { time, armor: false }));
        const files = [join(project.root, "data.sig"), join(project.root, "data")];
        const told = gpg.run(["--status-fd", "1", "--verify", ...files], { at: signTime + 7000 }).toString();
        expect(told).toContain(` ${expected} 0 4 0 `);
        sqVerify(sq);
      }
    },
  );
});

/** Fails unless sq finds the signature written last good. */
function sqVerify(sq: string): void {
  const [cert, signature, signed] = ["public.asc", "data.sig", "data"].map((name) => join(project.root, name));
  execFileSync(sq, ["verify", "--signer-cert", cert ?? "", "--detached", signature ?? "", signed ?? ""], {
    stdio: "pipe",
  });
}

describe("keys", () => {
  needs("gpg")("with a passphrase are opened by it, and by no other", async () => {
    for (const algorithm of ["rsa3072", "ed25519"]) {
      makeKey(gpg, `locked-${algorithm}`, algorithm, { passphrase });
      const exported = gpg.run(["--armor", "--passphrase", passphrase, "--export-secret-keys", `locked-${algorithm}`]);
      project.write("locked.asc", exported);
      const entry = "{ openpgp: file:locked.asc, passphrase: env:PASS }";
      const signer = await project.openpgp(entry, { env: { PASS: passphrase } });
      expect(verified(await signer.detached(data, { time: signTime, armor: true }))).toContain("VALIDSIG");
      const failure = project.signer(entry, { env: { PASS: "wrong secret" } });
      await expect(failure).rejects.toMatchObject({
        code: "key.invalid",
        message: "trust.keys.release cannot be opened: the passphrase in env:PASS is not its own",
        place: { file: "slipway.yaml", line: 5 },
      });
      await expect(project.signer(entry)).rejects.toMatchObject({ code: "key.missing" });
      await expect(project.signer("{ openpgp: file:locked.asc }")).rejects.toMatchObject({
        code: "key.invalid",
        hint: "Add `passphrase: env:NAME`.",
      });
    }
  });

  needs("gpg")("come armored, binary, as base64 of either, and with escaped line breaks", async () => {
    const fingerprint = makeKey(gpg, "forms", "ed25519");
    const armored = gpg.run(["--armor", "--export-secret-keys", fingerprint]);
    const binary = gpg.run(["--export-secret-keys", fingerprint]);
    project.write("binary.gpg", binary);
    const openings = [
      project.signer("{ openpgp: file:binary.gpg }"),
      project.signer("{ openpgp: env:KEY }", { env: { KEY: armored.toString() } }),
      project.signer("{ openpgp: env:KEY }", { env: { KEY: armored.toString("base64") } }),
      project.signer("{ openpgp: env:KEY }", { env: { KEY: binary.toString("base64").replaceAll(/.{76}/g, "$&\n") } }),
      project.signer("{ openpgp: env:KEY }", { env: { KEY: armored.toString().trim().replaceAll("\n", "\\n") } }),
      project.signer("{ openpgp: env:KEY }", { env: { KEY: armored.toString().replaceAll("\n", "\r\n") } }),
      project.signer(`openpgp: "run:cat binary.b64"`.replace(/^/, "{ ") + " }"),
    ];
    project.write("binary.b64", binary.toString("base64"));
    const signers = await Promise.all(openings);
    expect(signers.map((signer) => signer.fingerprint)).toEqual(openings.map(() => fingerprint));
  });

  needs("gpg")("that have expired, were revoked, or cannot sign are refused", async () => {
    const expired = makeKey(gpg, "expired", "ed25519", { expires: "20240101T000000" });
    project.write("expired.asc", gpg.run(["--armor", "--export-secret-keys", expired], { at: keyTime + 10 }));
    await expect(project.signer("{ openpgp: file:expired.asc }")).rejects.toMatchObject({
      code: "key.invalid",
      message: "trust.keys.release cannot sign: primary key is expired",
    });
    // A release from before: what was signed then was fine, and nobody should sign so now.
    await expect(project.signer("{ openpgp: file:expired.asc }", { time: keyTime + 100 })).rejects.toMatchObject({
      code: "key.invalid",
    });
    const revoked = makeKey(gpg, "revoked", "ed25519");
    const certificate = join(gpg.home, "openpgp-revocs.d", `${revoked.toUpperCase()}.rev`);
    execFileSync("sed", ["-i", "s/^:---/---/", certificate]);
    gpg.run(["--import", certificate]);
    project.write("revoked.asc", gpg.run(["--armor", "--export-secret-keys", revoked]));
    await expect(project.signer("{ openpgp: file:revoked.asc }")).rejects.toMatchObject({
      code: "key.invalid",
      message: "trust.keys.release cannot sign: primary key is revoked",
    });
    const certifier = makeKey(gpg, "certifier", "ed25519", { usage: "cert" });
    project.write("certifier.asc", gpg.run(["--armor", "--export-secret-keys", certifier]));
    await expect(project.signer("{ openpgp: file:certifier.asc }")).rejects.toMatchObject({ code: "key.invalid" });
  });

  needs("gpg")("that are none are refused with what they are", async () => {
    makeKey(gpg, "none", "ed25519");
    const openings: readonly (readonly [string | Uint8Array, string])[] = [
      [gpg.run(["--armor", "--export", "none"]), "trust.keys.release holds a public key, which cannot sign"],
      ["-----BEGIN RSA PRIVATE KEY-----\nAAAA\n", 'trust.keys.release is no OpenPGP key: it holds "RSA PRIVATE KEY"'],
      ["hello\n", "trust.keys.release cannot be read as an OpenPGP key"],
      [
        gpg.run(["--armor", "--export-secret-keys", "none"]).subarray(0, 200),
        "trust.keys.release cannot be read as an OpenPGP key",
      ],
      [
        gpg.run(["--armor", "--export-secret-keys", "none", fingerprintOf(gpg, "chosen")]),
        "trust.keys.release holds several keys",
      ],
    ];
    for (const [bytes, message] of openings) {
      project.write("none.asc", bytes);
      await expect(project.signer("{ openpgp: file:none.asc }")).rejects.toMatchObject({
        code: "key.invalid",
        message,
      });
    }
  });
});
