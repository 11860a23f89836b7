/** Python's versions, judged by the `packaging` library that pip carries. */
import { execFileSync } from "node:child_process";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isSameVersion, normalizeVersion, pythonVersion } from "../../../../src/make/builders/python/pep440.ts";
import { skipWithout } from "../../runStep.ts";

describe("pythonVersion", () => {
  it.each([
    ["1.2.3", "1.2.3"],
    ["1.2.3-rc.1", "1.2.3rc1"],
    ["1.2.3-alpha", "1.2.3a0"],
    ["1.2.3-beta.2+linux.5", "1.2.3b2+linux.5"],
    ["1.2.3-dev.4", "1.2.3.dev4"],
    ["1.2.3+build.7", "1.2.3+build.7"],
    ["1.2.4-SNAPSHOT-abc1234", "1.2.4.dev0+snapshot.abc1234"],
    ["1.2.4-abc1234-nightly", "1.2.4.dev0+abc1234.nightly"],
    ["1.2.3-1", "1.2.3.dev0+1"],
    ["1.2.3-rc.1.test", "1.2.3.dev0+rc.1.test"],
    ["1.2.3-4-gabc1234", "1.2.3.dev0+4.gabc1234"],
  ])("of %s is %s", (version, expected) => {
    expect(pythonVersion(version)).toBe(expected);
  });

  it.each(["", "x", "v", "1.x.3"])("refuses %j", (version) => {
    expect(pythonVersion(version)).toBeUndefined();
  });
});

describe("isSameVersion", () => {
  it.each([
    ["1.0", "1.0.0", true],
    ["1", "1.0.0", true],
    ["1.0rc1", "1.0.0rc1", true],
    ["1.0.dev0", "1.dev0", true],
    ["10", "1", false],
    ["1.0.1", "1.0", false],
    ["1.0rc1", "1.0", false],
    ["1.0+a", "1.0", false],
  ])("of %s and %s is %s", (a, b, expected) => {
    expect(isSameVersion(a, b)).toBe(expected);
  });
});

describe("normalizeVersion", () => {
  skipWithout("python3");

  it("agrees with packaging.version on every spelling, and on what is none", () => {
    const number = fc.nat({ max: 2030 }).map(String);
    const separator = fc.constantFrom("", ".", "-", "_");
    const part = (...words: readonly string[]): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant(""),
        fc
          .tuple(separator, fc.constantFrom(...words), separator, fc.oneof(fc.constant(""), number))
          .map((parts) => parts.join("")),
      );
    const version = fc.tuple(
      fc.constantFrom("", "v", "V", "1!", "0!"),
      fc
        .array(fc.constantFrom("0", "1", "01", "10", "2026"), { minLength: 1, maxLength: 4 })
        .map((parts) => parts.join(".")),
      part("a", "alpha", "b", "beta", "c", "rc", "RC", "pre", "preview"),
      fc.oneof(
        part("post", "rev", "r"),
        number.map((digits) => `-${digits}`),
      ),
      part("dev", "DEV"),
      fc.constantFrom("", "+abc", "+ubuntu.1", "+Linux-01", "+a_b", "+", "+a..b"),
    );
    const samples = fc.sample(
      fc.oneof(
        { weight: 4, arbitrary: version.map((parts) => parts.join("")) },
        { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
      ),
      { numRuns: 3000, seed: 7 },
    );
    const program = `
import json, sys
from pip._vendor.packaging.version import Version, InvalidVersion
def normal(text):
    try: return str(Version(text))
    except InvalidVersion: return None
print(json.dumps([normal(text) for text in json.load(sys.stdin)]))`;
    const answers = JSON.parse(
      execFileSync("python3", ["-c", program], { input: JSON.stringify(samples), encoding: "utf8" }),
    ) as readonly (string | null)[];
    expect(samples.map((text) => [text, normalizeVersion(text) ?? null])).toEqual(
      samples.map((text, index) => [text, answers[index]]),
    );
    expect(answers.filter((answer) => answer !== null).length).toBeGreaterThan(1000);
  });
});
