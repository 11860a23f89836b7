/** The trust file: what is written is read again, and whatever would weaken it without a word is refused. */
import { describe, expect, test } from "vitest";

import { readTrustFile, type TrustFile, writeTrustFile } from "../../src/format/trust-file.ts";
import { problemsOf } from "../../src/model/problem.ts";

const full: TrustFile = {
  product: "jaco",
  channel: "stable",
  keys: {
    release: { minisign: "RWQabc" },
    ci: { openssl: "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n" },
  },
  identities: {
    github: {
      issuer: "https://issuer.example",
      workflow: "https://github.com/a/b/.github/workflows/r.yml",
      trustedRoot: {},
    },
  },
  require: [
    { of: "release", by: ["release", "ci"], threshold: 2 },
    { of: "checksums", by: ["github"], threshold: 1 },
  ],
  contains: ["sboms", "provenance"],
  root: { signed: { version: 1 } },
};
const least = {
  slipway: 1,
  product: "jaco",
  keys: { release: { minisign: "RWQabc" } },
  require: [{ of: "release", by: ["release"] }],
};

/** What is said about a text. */
function refusal(text: string): string {
  try {
    readTrustFile(text, "trust.json");
  } catch (thrown) {
    const problems = problemsOf(thrown);
    expect(problems?.every(({ code }) => code === "format.invalid")).toBe(true);
    return problems?.map(({ message }) => message).join("; ") ?? "";
  }
  return "none";
}
const with_ = (change: object): string => JSON.stringify({ ...least, ...change });

describe("a trust file", () => {
  test("that was written is read as it was", () => {
    expect(readTrustFile(writeTrustFile(full), "trust.json")).toEqual(full);
    const little = {
      ...full,
      channel: undefined,
      identities: {},
      contains: [],
      root: undefined,
      require: [{ of: "release", by: ["ci"], threshold: 1 }],
    };
    expect(readTrustFile(writeTrustFile(little), "trust.json")).toEqual(little);
  });

  test("may be edited by people: keys in any order, blanks anywhere, a threshold of one left out", () => {
    const text = `{ "product":"jaco",\r\n\t"slipway" : 1, "require": [{"by":["release"],"of":"release"}],\n "keys": {"release": { "minisign" : "RWQabc" } } }`;
    expect(readTrustFile(text, "trust.json").require).toEqual([{ of: "release", by: ["release"], threshold: 1 }]);
  });
});

test.each<readonly [string, string, string]>([
  [
    "a key that comes twice",
    JSON.stringify(least).replace('"product"', '"product":"other","product"'),
    'the key "product" twice',
  ],
  [
    "a key that comes twice, escaped",
    JSON.stringify(least).replace('"product"', '"p\\u0072oduct":"other","product"'),
    'the key "product" twice',
  ],
  ["a byte order mark", `\uFEFF${JSON.stringify(least)}`, "not JSON"],
  ["a number that is none of a double's", with_({}).replace('"slipway":1', '"slipway":1.0'), "read in two ways"],
  [
    "a threshold that rounds",
    with_({ require: [{ of: "release", by: ["release"], threshold: 1 }] }).replace(
      '"threshold":1',
      '"threshold":1.00000000000000000001',
    ),
    "read in two ways",
  ],
  ["a lone surrogate", with_({ product: "x" }).replace('"x"', '"\\ud800"'), "lone surrogate"],
  ["__proto__", with_({}).replace('"keys":{', '"keys":{"__proto__":{"minisign":"RWQ"},'), "__proto__"],
  ["depth without end", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "nested more than 64 deep"],
  ["another version", with_({ slipway: 2 }), "slipway: "],
  ["an unknown key", with_({ insecure: true }), "unrecognized key"],
  ["an unknown key in a requirement", with_({ require: [{ of: "release", any: ["release"] }] }), "unrecognized key"],
  ["no requirement", with_({ require: [] }), "nothing asks for a signature of the Release"],
  [
    "requirements of other files only",
    with_({ require: [{ of: "checksums", by: ["release"] }] }),
    "nothing asks for a signature of the Release",
  ],
  ["nobody to sign", with_({ require: [{ of: "release", by: [] }] }), "expected a name at least"],
  ["a threshold of 0", with_({ require: [{ of: "release", by: ["release"], threshold: 0 }] }), "threshold"],
  ["a negative threshold", with_({ require: [{ of: "release", by: ["release"], threshold: -1 }] }), "threshold"],
  [
    "a threshold nobody can meet",
    with_({ require: [{ of: "release", by: ["release"], threshold: 2 }] }),
    "more than there are names",
  ],
  [
    "a name twice",
    with_({ require: [{ of: "release", by: ["release", "release"], threshold: 2 }] }),
    "a name comes twice",
  ],
  [
    "a key that is not there",
    with_({ require: [{ of: "release", by: ["toString"] }] }),
    'no key or identity called "toString"',
  ],
  ["a word that is none", with_({ require: [{ of: "everything", by: ["release"] }] }), "require[0].of"],
  ["a key of two methods", with_({ keys: { release: { minisign: "RWQ", openssl: "PEM" } } }), "expected one method"],
  ["a key of no method", with_({ keys: { release: {} } }), "expected one method"],
  [
    "an identity of everybody",
    with_({ identities: { ci: { issuer: "https://i", trustedRoot: {} } } }),
    "vouches for everybody",
  ],
  [
    "a name for a key and an identity",
    with_({ identities: { release: { issuer: "https://i", subject: "x", trustedRoot: {} } } }),
    "a key and an identity",
  ],
  ["no product", with_({ product: "" }), "product"],
  ["no JSON", "slipway: 1", "not JSON"],
])("%s is refused", (_, text, says) => {
  expect(refusal(text)).toContain(says);
});
