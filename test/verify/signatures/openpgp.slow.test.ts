/** OpenPGP signatures that gpg and Sequoia made, and those of them that are refused whatever gpg says. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { openpgp } from "../../../src/verify/signatures/openpgp.ts";
import { judge, needs } from "../../judges.ts";
import { type Gpg, gpgWorld, keyTime, makeKey, signTime } from "../../worlds/keys.ts";
import { proofOf } from "../../worlds/signed-file.ts";

const data = Buffer.from("first line\nwhat is signed\n");
let gpg: Gpg;

beforeAll(() => {
  const found = judge("gpg");
  if (found !== undefined) gpg = gpgWorld(found);
});
afterAll(() => gpg?.close());

const path = (name: string): string => join(gpg.home, name);
const publicOf = (name: string): string => gpg.run(["--armor", "--export", name]).toString();

function signedBy(name: string, words: readonly string[] = ["--detach-sign"], at = signTime): Buffer {
  writeFileSync(path("data"), data);
  rmSync(path("sig"), { force: true });
  gpg.run(["--passphrase", "", "-u", name, "--output", path("sig"), ...words, path("data")], { at });
  return readFileSync(path("sig"));
}

/** Whether gpg calls a signature good: its exit code says so of expired keys too. */
function isGoodToGpg(signature: Uint8Array): boolean {
  writeFileSync(path("data"), data);
  writeFileSync(path("sig"), signature);
  try {
    gpg.run(["--verify", path("sig"), path("data")]);
    return true;
  } catch {
    return false;
  }
}

describe("signatures that gpg makes", () => {
  for (const algorithm of ["rsa2048", "ed25519", "nistp256", "nistp384"]) {
    needs("gpg")(`by ${algorithm} are accepted, armored and not, over the file only`, async () => {
      const fingerprint = makeKey(gpg, algorithm, algorithm);
      const publicKey = publicOf(algorithm);
      for (const words of [["--detach-sign"], ["--armor", "--detach-sign"]]) {
        const signature = signedBy(algorithm, words);
        expect(openpgp.isSignature(signature)).toBe(true);
        expect(await proofOf(signature, data, publicKey)).toMatchObject({ outcome: "ok", by: { fingerprint } });
        for (const other of [
          data.subarray(1),
          Buffer.concat([data, data]),
          Buffer.from(data.toString().replaceAll("\n", "\r\n")),
        ])
          expect(await proofOf(signature, other, publicKey)).toMatchObject({ outcome: "failed" });
      }
    });
  }

  needs("gpg")("by a subkey are accepted, and by another key prove nothing", async () => {
    const fingerprint = makeKey(gpg, "main", "ed25519", { usage: "cert" });
    gpg.run(["--passphrase", "", "--quick-add-key", fingerprint, "ed25519", "sign"], { at: keyTime });
    makeKey(gpg, "stranger", "ed25519");
    const signature = signedBy("main");
    expect(await proofOf(signature, data, publicOf("main"))).toMatchObject({ outcome: "ok", by: { fingerprint } });
    expect(await proofOf(signature, data, publicOf("stranger"))).toMatchObject({ outcome: "unknown-key" });
    expect(await proofOf(signature, data, publicOf("stranger"), publicOf("main"))).toMatchObject({
      by: { name: "key 1" },
    });
  });

  needs("gpg")("are changed in vain: what is accepted is good to gpg too", async () => {
    makeKey(gpg, "flipped", "ed25519");
    const publicKey = publicOf("flipped");
    for (const words of [["--detach-sign"], ["--armor", "--detach-sign"]]) {
      const signature = signedBy("flipped", words);
      let accepted = 0;
      for (const at of signature.keys()) {
        const other = Buffer.from(signature);
        other[at] = (other[at] ?? 0) ^ 1;
        for (const changed of [other, signature.subarray(0, at)]) {
          if ((await proofOf(changed, data, publicKey)).outcome !== "ok") continue;
          accepted++;
          expect(isGoodToGpg(changed), `byte ${at}`).toBe(true);
        }
      }
      expect(accepted).toBeLessThan(10);
      for (const around of [
        ["text\n", ""],
        ["", "text\n"],
        ["", signature.toString("latin1")],
        ["\n", ""],
      ])
        expect(
          await proofOf(Buffer.from(around.join(signature.toString("latin1")), "latin1"), data, publicKey),
        ).toMatchObject({ outcome: "failed" });
    }
  });
});

describe("signatures that gpg takes and we refuse", () => {
  needs("gpg")("over text, by SHA-1, two in one file, and around the text", async () => {
    makeKey(gpg, "weak", "rsa2048");
    makeKey(gpg, "second", "ed25519");
    const publicKey = publicOf("weak");
    const refused = async (words: readonly string[], detail: string): Promise<void> => {
      expect(await proofOf(signedBy("weak", words), data, publicKey)).toEqual({ outcome: "failed", detail });
    };
    await refused(["--textmode", "--detach-sign"], "it is no binary signature (type 0x00)");
    await refused(["--digest-algo", "SHA1", "--detach-sign"], "its hash is not SHA-256, SHA-384 or SHA-512");
    await refused(["--digest-algo", "SHA224", "--detach-sign"], "its hash is not SHA-256, SHA-384 or SHA-512");
    await refused(["-u", "second", "--detach-sign"], "it is not one signature of OpenPGP, or not that alone");
    for (const words of [["--clear-sign"], ["--sign"]]) {
      const whole = signedBy("weak", words);
      expect(openpgp.isSignature(whole)).toBe(false);
      expect(await proofOf(whole, data, publicKey)).toMatchObject({ outcome: "failed" });
    }
    const expiring = signedBy("weak", ["--default-sig-expire", "1d", "--detach-sign"]);
    expect(await proofOf(expiring, data, publicKey)).toEqual({ outcome: "failed", detail: "it has expired" });
  });

  needs("gpg")(
    "by keys that could not sign then, or were revoked since; not by those that have ended since",
    async () => {
      const day = 86400;
      makeKey(gpg, "ended", "ed25519", { expires: "30d" });
      const before = signedBy("ended", ["--detach-sign"], keyTime + 29 * day);
      expect(isGoodToGpg(before)).toBe(true);
      expect(await proofOf(before, data, publicOf("ended"))).toMatchObject({ outcome: "ok" });

      const fingerprint = makeKey(gpg, "revoked", "ed25519");
      const signature = signedBy("revoked");
      expect(await proofOf(signature, data, publicOf("revoked"))).toMatchObject({ outcome: "ok" });
      const file = path(`openpgp-revocs.d/${fingerprint.toUpperCase()}.rev`);
      gpg.run(["--import"], { input: readFileSync(file, "utf8").replace(":-----BEGIN", "-----BEGIN") });
      expect(await proofOf(signature, data, publicOf("revoked"))).toMatchObject({ outcome: "failed" });

      const late = makeKey(gpg, "late", "ed25519", { at: signTime });
      const early = signedBy("late", ["--ignore-time-conflict", "--detach-sign"], keyTime);
      expect(await proofOf(early, data, publicOf(late))).toMatchObject({ outcome: "failed" });
    },
  );
});

describe("Sequoia", () => {
  needs("sq")("makes signatures that are accepted", async ({ sq }) => {
    writeFileSync(path("data"), data);
    execFileSync(sq, ["key", "generate", "--userid", "<s@example.com>", "--export", path("sq.key")], { stdio: "pipe" });
    const publicKey = execFileSync(sq, ["key", "extract-cert", path("sq.key")], { stdio: "pipe" }).toString();
    for (const words of [[], ["--binary"]]) {
      const signature = execFileSync(
        sq,
        ["sign", "--detached", ...words, "--signer-key", path("sq.key"), path("data")],
        { stdio: "pipe" },
      );
      expect(await proofOf(signature, data, publicKey)).toMatchObject({ outcome: "ok" });
      expect(await proofOf(signature, data.subarray(1), publicKey)).toMatchObject({ outcome: "failed" });
    }
  });
});
