/** The next version, by part or as it is written, is later than the last. */
import { expect, test } from "vitest";

import { parseVersion } from "../../../src/input/index.ts";
import { nextVersion } from "../../../src/scaffold/cut/next-version.ts";

const next = (word: string, last?: string): string =>
  nextVersion(word, last === undefined ? undefined : parseVersion(last)).text;

test.each([
  ["patch", "1.2.3", "1.2.4"],
  ["minor", "1.2.3", "1.3.0"],
  ["major", "1.2.3", "2.0.0"],
  ["patch", "1.2.4-rc.2", "1.2.4"],
  ["major", "2.0.0-rc.2", "2.0.0"],
  ["prerelease", "1.2.3", "1.2.4-rc.1"],
  ["prerelease", "1.2.4-rc.1", "1.2.4-rc.2"],
  ["prerelease", "1.2.4-beta", "1.2.4-beta.0"],
  ["minor", undefined, "0.1.0"],
  ["minor", "1.2", "1.3.0"],
  ["v2.0.0", "1.2.3", "2.0.0"],
  ["2026.11", "2026.10.5", "2026.11"],
  ["1.0.0-rc.1", undefined, "1.0.0-rc.1"],
])("%s after %s is %s", (word, last, expected) => {
  expect(next(word, last)).toBe(expected);
});

test.each([
  ["1.2.3", "1.2.3"],
  ["1.2.3-rc.1", "1.2.3"],
  ["v1.2.2", "1.2.3"],
  ["newest", "1.2.3"],
  ["1.2.3.4", undefined],
  ["", undefined],
])("%j after %s is refused", (word, last) => {
  expect(() => next(word, last)).toThrow(expect.objectContaining({ code: "version.invalid" }));
});
