/** Signatures that others made and somebody changed: what we accept, minisign, gpg, openssl and ssh-keygen accept too, over the same file only. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { writeMinisignKey } from "../../../src/format/minisign/public-key.ts";
import { sshLine } from "../../../src/format/ssh/public-key.ts";
import { string } from "../../../src/format/ssh/wire.ts";
import { signatureReaders } from "../../../src/verify/signatures/table.ts";
import { needs } from "../../judges.ts";
import { fileOf, proofOf, readerOf } from "../../worlds/signed-file.ts";

const data = Buffer.from("0123456789 what is signed\n");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-hostile-"));
  writeFileSync(join(folder, "data"), data);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const run = (command: string, args: readonly string[]): Buffer =>
  execFileSync(command, [...args], { cwd: folder, stdio: "pipe" });
const agrees = (command: string, args: readonly string[], input?: Uint8Array): boolean =>
  spawnSync(command, [...args], { cwd: folder, input }).status === 0;

interface Sample {
  readonly publicKey: string;
  readonly signature: Buffer;
  /** Whether the signature file `sig` is good to the program it is for. */
  readonly judge: () => boolean;
}

/** Every signature that differs from the good one in a byte, ends before its end, or goes on after it. */
function* changed(good: Buffer): Generator<Buffer> {
  for (const at of good.keys()) {
    for (const mask of [0x01, 0x20, 0x80]) {
      const other = Buffer.from(good);
      other[at] = (other[at] ?? 0) ^ mask;
      yield other;
    }
    yield good.subarray(0, at);
  }
  for (const more of ["\n", "\r\n", " ", "x", "\0", good.toString("latin1")])
    yield Buffer.concat([good, Buffer.from(more, "latin1")]);
  yield Buffer.from(good.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
  yield Buffer.concat([Buffer.from("\ufeff"), good]);
}

/** Changed signatures that are good to us, each of them good to the judge. */
async function accepted({ publicKey, signature, judge }: Sample): Promise<readonly string[]> {
  expect((await proofOf(signature, data, publicKey)).outcome).toBe("ok");
  writeFileSync(path("sig"), signature);
  expect(judge()).toBe(true);
  const found: string[] = [];
  for (const other of changed(signature)) {
    if (other.equals(signature) || (await proofOf(other, data, publicKey)).outcome !== "ok") continue;
    writeFileSync(path("sig"), other);
    expect(judge(), other.toString()).toBe(true);
    found.push(other.toString());
  }
  await refusesOtherFiles(publicKey, signature);
  return found;
}

async function refusesOtherFiles(publicKey: string, signature: Uint8Array): Promise<void> {
  for (const at of data.keys()) {
    const other = Buffer.from(data);
    other[at] = (other[at] ?? 0) ^ 1;
    expect((await proofOf(signature, other, publicKey)).outcome).not.toBe("ok");
  }
  for (const other of [data.subarray(1), data.subarray(0, -1), Buffer.concat([data, data]), Buffer.alloc(0)])
    expect((await proofOf(signature, other, publicKey)).outcome).not.toBe("ok");
}

describe("minisign", () => {
  const make = (minisign: string, name: string): string => {
    run(minisign, ["-G", "-W", "-f", "-p", `${name}.pub`, "-s", `${name}.key`]);
    return readFileSync(path(`${name}.pub`), "utf8");
  };
  const signed = (minisign: string, name: string, ...words: readonly string[]): Buffer => {
    run(minisign, ["-S", "-s", `${name}.key`, "-m", "data", "-x", "sig", ...words]);
    return readFileSync(path("sig"));
  };

  needs("minisign")("accepts another untrusted comment, and nothing else", async ({ minisign }) => {
    const publicKey = make(minisign, "a");
    const signature = signed(minisign, "a", "-t", "the trusted one");
    const judge = (): boolean => agrees(minisign, ["-V", "-H", "-p", "a.pub", "-m", "data", "-x", "sig"]);
    const found = await accepted({ publicKey, signature, judge });
    const [, ...rest] = signature.toString().trimEnd().split("\n");
    expect(found.length).toBeGreaterThan(10);
    for (const each of found) {
      const [first = "", ...others] = each.replace(/\n$/, "").split("\n");
      expect(first).toMatch(/^untrusted comment: /);
      expect(others).toEqual(rest);
    }
  });

  needs("minisign")("refuses signatures over the bare file, and ED relabelled as one", async ({ minisign }) => {
    const publicKey = make(minisign, "a");
    const legacy = signed(minisign, "a", "-l").toString();
    const why = "it is of minisign's legacy form (Ed), which can be passed off as a signature over another file";
    expect(await proofOf(Buffer.from(legacy), data, publicKey)).toEqual({ outcome: "failed", detail: why });
    // Of a file of 64 bytes: the legacy signature is one over a digest, and so over the file that has it.
    const file = createHash("blake2b512").update(data).digest();
    writeFileSync(path("data64"), file);
    run(minisign, ["-S", "-l", "-s", "a.key", "-m", "data64", "-x", "sig"]);
    const passedOff = readFileSync(path("sig"), "utf8").replace("\nRW", "\nRU");
    writeFileSync(path("sig"), passedOff);
    expect(agrees(minisign, ["-V", "-H", "-p", "a.pub", "-m", "data", "-x", "sig"])).toBe(true);
    const proof = await proofOf(Buffer.from(passedOff), data, publicKey);
    // Nobody can tell: who signs with minisign -l signs whatever such files say. Ours never does.
    expect(proof.outcome).toBe("ok");
    const ours = signed(minisign, "a").toString().replace("\nRU", "\nRW");
    expect(await proofOf(Buffer.from(ours), file, publicKey)).toEqual({ outcome: "failed", detail: why });
  });

  needs("minisign")("believes keys and not ids", async ({ minisign }) => {
    const [a, b] = [make(minisign, "a"), make(minisign, "b")];
    const byA = signed(minisign, "a");
    expect(await proofOf(byA, data, b)).toMatchObject({ outcome: "unknown-key" });
    // The key of b under the id of a.
    const bytes = (text: string): Buffer => Buffer.from(text.split("\n")[1] ?? "", "base64");
    const disguised = writeMinisignKey({ id: bytes(a).subarray(2, 10), key: bytes(b).subarray(10) });
    expect(await proofOf(byA, data, disguised)).toMatchObject({ outcome: "failed" });
    expect(await proofOf(byA, data, disguised, a)).toMatchObject({ outcome: "ok", by: { name: "key 1" } });
    for (const size of [100_000, 11_000]) {
      const long = Buffer.from(byA.toString().replace("untrusted comment: ", `untrusted comment: ${"x".repeat(size)}`));
      expect(await proofOf(long, data, a)).toMatchObject({ outcome: "failed" });
    }
  });
});

describe("openssl", () => {
  const kinds = {
    RSA: ["-pkeyopt", "rsa_keygen_bits:2048"],
    EC: ["-pkeyopt", "ec_paramgen_curve:P-256"],
    ED25519: [],
  };

  for (const [kind, words] of Object.entries(kinds)) {
    needs("openssl")(`accepts of ${kind} nothing but the signature itself`, async ({ openssl }) => {
      run(openssl, ["genpkey", "-algorithm", kind, ...words, "-out", "key.pem"]);
      const publicKey = run(openssl, ["pkey", "-in", "key.pem", "-pubout"]).toString();
      writeFileSync(path("pub.pem"), publicKey);
      const isEd = kind === "ED25519";
      run(
        openssl,
        isEd
          ? ["pkeyutl", "-sign", "-rawin", "-inkey", "key.pem", "-in", "data", "-out", "sig"]
          : ["dgst", "-sha256", "-sign", "key.pem", "-out", "sig", "data"],
      );
      const judge = (): boolean =>
        agrees(
          openssl,
          isEd
            ? ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "pub.pem", "-sigfile", "sig", "-in", "data"]
            : ["dgst", "-sha256", "-verify", "pub.pem", "-signature", "sig", "data"],
        );
      const signature = readFileSync(path("sig"));
      expect(signatureReaders.filter((each) => each.isSignature(signature)).map(({ method }) => method)).toContain(
        "openssl",
      );
      expect(await accepted({ publicKey, signature, judge })).toEqual([]);
    });
  }

  it("refuses SHA-1, whoever signed with it", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(await proofOf(sign("sha1", data, privateKey), data, pem)).toMatchObject({ outcome: "unknown-key" });
    expect(await proofOf(sign("sha256", data, privateKey), data, pem)).toMatchObject({ outcome: "ok" });
  });

  it("does not decide over a file that Ed25519 would need in memory as a whole", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const reader = readerOf(publicKey.export({ type: "spki", format: "pem" }).toString());
    const key = await reader.readKey(publicKey.export({ type: "spki", format: "pem" }).toString(), "key");
    const large = { ...fileOf(data), size: 64 * 2 ** 20 + 1 };
    await expect(reader.check(sign(null, data, privateKey), large, [key])).rejects.toMatchObject({
      code: "verify.unavailable",
    });
  });
});

describe("ssh-keygen", () => {
  for (const [type, bits] of [
    ["ed25519", 256],
    ["ecdsa", 256],
    ["rsa", 2048],
  ] as const) {
    needs("ssh-keygen")(`accepts of ${type} nothing but the signature itself`, async ({ "ssh-keygen": keygen }) => {
      for (const name of ["s", "s.pub", "data.sig"]) rmSync(path(name), { force: true });
      run(keygen, ["-q", "-t", type, "-b", String(bits), "-N", "", "-f", "s"]);
      run(keygen, ["-q", "-Y", "sign", "-f", "s", "-n", "file", "data"]);
      const publicKey = readFileSync(path("s.pub"), "utf8");
      writeFileSync(path("allowed"), `me ${publicKey}`);
      const judge = (): boolean =>
        agrees(keygen, ["-Y", "verify", "-f", "allowed", "-I", "me", "-n", "file", "-s", "sig"], data);
      const signature = readFileSync(path("data.sig"));
      expect(await accepted({ publicKey, signature, judge })).toEqual([]);
    });
  }

  needs("ssh-keygen")("refuses another namespace and another's key", async ({ "ssh-keygen": keygen }) => {
    for (const name of ["s", "s.pub", "t", "t.pub", "data.sig"]) rmSync(path(name), { force: true });
    for (const name of ["s", "t"]) run(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", name]);
    run(keygen, ["-q", "-Y", "sign", "-f", "s", "-n", "git", "data"]);
    const signature = readFileSync(path("data.sig"));
    const [s, t] = [readFileSync(path("s.pub"), "utf8"), readFileSync(path("t.pub"), "utf8")];
    expect(await proofOf(signature, data, s)).toEqual({
      outcome: "failed",
      detail: 'it is for "git", and not for file',
    });
    expect(await proofOf(signature, data, `me namespaces="git" ${s}`)).toMatchObject({ outcome: "ok" });
    expect(await proofOf(signature, data, `me namespaces="git" ${t}`)).toMatchObject({ outcome: "unknown-key" });
  });
});

describe("public keys", () => {
  const pem = (bits: number): string =>
    generateKeyPairSync("rsa", { modulusLength: bits }).publicKey.export({ type: "spki", format: "pem" }).toString();
  const ed = generateKeyPairSync("ed25519");
  const good = ed.publicKey.export({ type: "spki", format: "pem" }).toString();
  const smallOrder = Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex");
  const minisign = (key: Uint8Array): string => writeMinisignKey({ id: Buffer.alloc(8, 7), key });
  const blob = (key: Uint8Array): string =>
    sshLine({ type: "ssh-ed25519", blob: Buffer.concat([string("ssh-ed25519"), string(key)]) });
  const real = minisign(Buffer.from(good.split("\n")[1] ?? "", "base64").subarray(12));

  const bad: Readonly<Record<string, string>> = {
    "RSA of 1024 bits": pem(1024),
    "a curve of Bitcoin": generateKeyPairSync("ec", { namedCurve: "secp256k1" })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString(),
    Ed448: generateKeyPairSync("ed448").publicKey.export({ type: "spki", format: "pem" }).toString(),
    "text behind PEM": `${good}more\n`,
    "two keys in PEM": good + good,
    "minisign of small order": minisign(smallOrder),
    "SSH of small order": blob(smallOrder),
    "minisign with a line too many": `${real}\n${real}`,
    "minisign without padding": real.replace("RW", "RX"),
    "minisign with a blank": real.replace("\nRW", "\nRW "),
    "SSH that is cut": blob(Buffer.alloc(31, 9)),
    "SSH that says another type": blob(Buffer.alloc(32, 9)).replace("ssh-ed25519", "ssh-rsa"),
    "SSH by DSA": "ssh-dss AAAAB3NzaC1kc3MAAACB",
    "an authority of SSH": `* cert-authority ${blob(Buffer.alloc(32, 9))}`,
    "SSH with an end": `me valid-before="20300101" ${blob(Buffer.alloc(32, 9))}`,
    "namespaces as patterns": `me namespaces="*" ${blob(Buffer.alloc(32, 9))}`,
  };

  for (const [what, text] of Object.entries(bad)) {
    it(`are refused: ${what}`, async () => {
      await expect(readerOf(text).readKey(text, "key")).rejects.toMatchObject({ code: "key.invalid" });
    });
  }

  it("are each read by one reader", async () => {
    for (const text of [good, real, pem(2048), blob(Buffer.from(good.split("\n")[1] ?? "", "base64").subarray(12))]) {
      expect(signatureReaders.filter((each) => each.isKey(text) && each.method !== "sigstore")).toHaveLength(1);
      await expect(readerOf(text).readKey(text, "key")).resolves.toMatchObject({ name: "key" });
    }
  });
});
