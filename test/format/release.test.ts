/** The lists release.json and index.json: one form, closed, and no contradictions. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { type Release, type ReleaseArtifact, readRelease, writeRelease } from "../../src/format/release.ts";
import { indexOf, platformKey, readIndex, writeIndex } from "../../src/format/release-index.ts";
import { type Json, readableJson } from "../../src/model/json.ts";
import { Problem, Problems, problemsOf } from "../../src/model/problem.ts";

const hex = (digit: string): string => digit.repeat(64);

const artifacts: readonly ReleaseArtifact[] = [
  {
    name: "engram.deb",
    type: "package",
    platform: "linux/amd64",
    size: 3,
    digests: { sha256: hex("3") },
    attributes: { format: "deb" },
  },
  {
    name: "engram_linux_amd64.tar.gz",
    type: "archive",
    platform: "linux/amd64",
    size: 1,
    digests: { sha256: hex("1"), sha512: hex("1").repeat(2) },
    binaries: [{ path: "engram", sha256: hex("b") }],
    attributes: { format: "tar.gz", build: "engram" },
  },
  { name: "engram_linux_armv7", type: "binary", platform: "linux/arm/7", size: 2, digests: { sha256: hex("2") } },
  { name: "engram-1.0.0.tar.gz", type: "source", size: 4, digests: { sha256: hex("4") } },
  {
    name: "engram.whl",
    type: "package",
    platform: "any/any",
    size: 5,
    digests: { sha256: hex("5") },
    url: "https://example.org/engram.whl",
  },
  { name: "checksums.txt", type: "checksums", size: 6, digests: { sha256: hex("6") } },
  { name: "engram.deb.sha256", type: "checksums", size: 7, digests: { sha256: hex("7") }, subject: "engram.deb" },
];

const release: Release = {
  product: "engram",
  version: "1.0.0+build.1",
  tag: "v1.0.0",
  sequence: 1_769_774_400,
  channel: "stable",
  commit: "abc1234",
  epoch: 1_769_774_400,
  isSnapshot: false,
  isNightly: false,
  isPrerelease: false,
  artifacts,
};

const text = writeRelease(release);

test("a Release is an in-toto Statement whose subjects are all artifacts, sorted by name", () => {
  const statement = JSON.parse(text) as {
    _type: string;
    predicateType: string;
    subject: { name: string; digest: unknown }[];
    predicate: { purl: string; date: string };
  };
  expect(statement._type).toBe("https://in-toto.io/Statement/v1");
  expect(statement.predicateType).toBe("https://in-toto.io/attestation/release/v0.2");
  expect(statement.predicate).toMatchObject({
    purl: "pkg:generic/engram@1.0.0%2Bbuild.1",
    date: "2026-01-30T12:00:00Z",
  });
  expect(statement.subject.map(({ name }) => name)).toEqual(artifacts.map(({ name }) => name).toSorted());
  expect(statement.subject[0]).toEqual({ name: "checksums.txt", digest: { sha256: hex("6") } });
});

test("a Release is read back as it was written, whatever the order of its artifacts", () => {
  expect(readRelease(text, "release.json")).toEqual({
    ...release,
    artifacts: artifacts.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  });
  expect(writeRelease({ ...release, artifacts: artifacts.toReversed() })).toBe(text);
});

/** The text with values of some fields replaced, written in the one form. */
function changed(edits: Readonly<Record<string, Json | undefined>>): string {
  const document = JSON.parse(text) as Json;
  for (const [path, value] of Object.entries(edits)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document) as Record<
      string,
      Json | undefined
    >;
    parent[last] = value;
  }
  return readableJson(JSON.parse(JSON.stringify(document)) as Json);
}

const wrong: readonly [string, string, Readonly<Record<string, Json | undefined>>][] = [
  ["an unknown field", "predicate: unrecognized key", { "predicate.zeta": "x" }],
  ["a missing field", "predicate.channel", { "predicate.channel": undefined }],
  ["another predicate type", "predicateType", { predicateType: "https://in-toto.io/attestation/release/v0.1" }],
  ["a size that is text", "predicate.artifacts[1].size", { "predicate.artifacts.1.size": "1" }],
  ["a negative size", "predicate.artifacts[1].size", { "predicate.artifacts.1.size": -1 }],
  ["an unknown type", "predicate.artifacts[0].type", { "predicate.artifacts.0.type": "zip" }],
  ["no sha256", "predicate.artifacts[0].digests", { "predicate.artifacts.0.digests": { md5: "0".repeat(32) } }],
  ["an unknown algorithm", "predicate.artifacts[0].digests", { "predicate.artifacts.0.digests.sha999": "00" }],
  [
    "a digest of another length",
    "predicate.artifacts[0].digests.sha512",
    { "predicate.artifacts.0.digests.sha512": "00" },
  ],
  ["a date in another form", "predicate.date", { "predicate.date": "2026-01-30T12:00:00.000Z" }],
  ["a date that does not exist", "predicate.date", { "predicate.date": "2026-02-30T12:00:00Z" }],
  ["another package URL", "predicate.purl", { "predicate.purl": "pkg:generic/other@1" }],
  ["a subject with another digest", "subject[0]", { "subject.0.digest.sha256": hex("f") }],
  ["missing subjects", "subject", { subject: [] }],
  [
    "artifacts out of order",
    "predicate.artifacts[2].name",
    { "predicate.artifacts.1.name": "zzz", "subject.1.name": "zzz" },
  ],
  [
    "a name that comes twice",
    "predicate.artifacts[1].name",
    { "predicate.artifacts.1.name": "checksums.txt", "subject.1.name": "checksums.txt" },
  ],
  [
    "a name that leaves the folder",
    "predicate.artifacts[0].name",
    { "predicate.artifacts.0.name": "../x", "subject.0.name": "../x" },
  ],
  ["a subject that is no artifact", "predicate.artifacts[1].subject", { "predicate.artifacts.1.subject": "nothing" }],
];

for (const [what, field, edits] of wrong) {
  test(`refused, naming the field: ${what}`, () => {
    const problem = problemsOf(thrownBy(() => readRelease(changed(edits), "release.json")))?.[0];
    expect(problem?.code).toBe("format.invalid");
    expect(problem?.message).toContain(`release.json: ${field}`);
  });
}

test("all wrong fields are named at once", () => {
  const document = changed({ "predicate.sequence": "1", "predicate.snapshot": 0 });
  expect(problemsOf(thrownBy(() => readRelease(document, "release.json")))).toHaveLength(2);
});

test("the same data written in another way is refused", () => {
  const twice = text.replace('"channel": "stable"', '"channel": "stable",\n    "channel": "stable"');
  for (const other of [
    JSON.stringify(JSON.parse(text)),
    `${text}\n`,
    text.slice(0, -1),
    text.replace("engram", "\\u0065ngram"),
  ]) {
    expect(() => readRelease(other, "release.json")).toThrow("the form it is written in");
  }
  expect(() => readRelease(twice, "release.json")).toThrow('the key "channel" twice');
});

test("any byte that is changed is refused or changes the data", () => {
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      fc.pre(text[at] !== character);
      const other = text.slice(0, at) + character + text.slice(at + 1);
      try {
        expect(readRelease(other, "release.json")).not.toEqual(readRelease(text, "release.json"));
      } catch (thrown) {
        if (!(thrown instanceof Problem) && !(thrown instanceof Problems)) throw thrown;
      }
    }),
    { numRuns: 500 },
  );
});

test("text that is no document of ours is refused without a crash", () => {
  for (const other of ["", "null", "[]", "{}", "{", "[".repeat(50_000) + "]".repeat(50_000), '{"__proto__":1}', "\0"]) {
    expect(problemsOf(thrownBy(() => readRelease(other, "release.json")))).toBeDefined();
    expect(problemsOf(thrownBy(() => readIndex(other, "index.json")))).toBeDefined();
  }
});

test("the index has what can be installed, by platform, and what is for all of them under any", () => {
  const index = indexOf(release);
  expect(Object.entries(index.platforms).map(([platform, files]) => [platform, files.map(({ name }) => name)])).toEqual(
    [
      ["linux-amd64", ["engram.deb", "engram_linux_amd64.tar.gz"]],
      ["any", ["engram.whl"]],
      ["linux-arm-7", ["engram_linux_armv7"]],
    ],
  );
  expect(index.platforms["linux-amd64"]?.[1]).toMatchObject({
    type: "archive",
    format: "tar.gz",
    size: 1,
    sha256: hex("1"),
    binaries: [{ path: "engram", sha256: hex("b") }],
  });
  expect(index.platforms["linux-arm-7"]?.[0]).toMatchObject({ format: "binary", binaries: [] });
  expect(index).toMatchObject({
    schema: 1,
    product: "engram",
    version: "1.0.0+build.1",
    channel: "stable",
    commit: "abc1234",
    date: "2026-01-30T12:00:00Z",
  });
});

test("an index is read back as it was written, and follows from the Release that was read", () => {
  const written = writeIndex(indexOf(release));
  expect(writeIndex(readIndex(written, "index.json"))).toBe(written);
  expect(writeIndex(indexOf(readRelease(text, "release.json")))).toBe(written);
});

test("an index with a wrong field is refused, naming it", () => {
  const document = JSON.parse(writeIndex(indexOf(release))) as { platforms: Record<string, { sha256: string }[]> };
  (document.platforms["any"]?.[0] ?? { sha256: "" }).sha256 = "x";
  expect(() => readIndex(`${JSON.stringify(document, null, 2)}\n`, "index.json")).toThrow(
    "index.json: platforms.any[0].sha256",
  );
});

test("a platform's key has dashes", () => {
  expect(["linux/amd64", "linux/arm/7", "any/any", undefined].map(platformKey)).toEqual([
    "linux-amd64",
    "linux-arm-7",
    "any",
    "any",
  ]);
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

/** The text with one change, and its own digest made right again: what somebody writes who may write anything. */
function forged(change: Partial<ReleaseArtifact>): string {
  const changed = artifacts.map((artifact) =>
    artifact.name === "engram-1.0.0.tar.gz" ? { ...artifact, ...change } : artifact,
  );
  return writeRelease({ ...release, artifacts: changed });
}

test.each([
  ["../engram.deb", "slash"],
  ["/etc/passwd", "slash"],
  ["C:engram", "some file systems refuse"],
  ["a\\b", "slash"],
  ["a\u0000b", "some file systems refuse"],
  ["a:b", "some file systems refuse"],
  ["\u001b[2Jx", "some file systems refuse"],
  ["CON", "device"],
  ["nul.txt", "device"],
  ["engram.", "ends in a dot"],
  ["..", "a folder's name"],
  ["ENGRAM.whl", "differs in letter case"],
  ["release.json", "keeps for itself"],
  ["Release.json.minisig", "keeps for itself"],
])("an artifact called %j is refused, also by a Release that is whole", (name, says) => {
  expect(() => readRelease(forged({ name }), "release.json")).toThrow(says);
});

test("two names that one file system takes for the same are refused", () => {
  const composed = { ...artifacts[0], name: "caf\u00e9.deb" } as ReleaseArtifact;
  const decomposed = { ...artifacts[0], name: "cafe\u0301.deb" } as ReleaseArtifact;
  const both = writeRelease({ ...release, artifacts: [composed, decomposed] });
  expect(() => readRelease(both, "release.json")).toThrow("composition");
});

test.each(["..", "linux/../x", "linux/amd64/v3/more", "\u001b[2J", ""])("a platform %j is refused", (platform) => {
  expect(() => readRelease(forged({ platform }), "release.json")).toThrow("expected a platform");
});

test.each([
  [
    "a key that comes twice",
    (whole: string) => whole.replace('"tag": "v1.0.0"', '"tag": "v0.9.0",\n    "tag": "v1.0.0"'),
    'the key "tag" twice',
  ],
  ["a byte order mark", (whole: string) => `\uFEFF${whole}`, "not JSON"],
  [
    "a number that is rounded",
    (whole: string) => whole.replace('"sequence": 1769774400', '"sequence": 9007199254740993'),
    "sequence",
  ],
  [
    "a number written otherwise",
    (whole: string) => whole.replace('"sequence": 1769774400', '"sequence": 1769774400.0'),
    "not in the form",
  ],
  ["a lone surrogate", (whole: string) => whole.replace('"tag": "v1.0.0"', '"tag": "\\ud800"'), "lone surrogate"],
  [
    "__proto__ where keys are free",
    (whole: string) => whole.replace('"build": "engram"', '"__proto__": {},\n          "build": "engram"'),
    "__proto__",
  ],
  ["depth without end", () => `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, "nested more than 64 deep"],
])("%s is refused", (_, change, says) => {
  const changed = change(text);
  expect(changed).not.toBe(text);
  expect(() => readRelease(changed, "release.json")).toThrow(says);
});
