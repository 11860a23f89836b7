/** Patterns are JavaScript's, with the forms people bring from Go's configs. */
import { expect, test } from "vitest";

import { patternOver, readPattern } from "../../../src/plan/notes/pattern.ts";

test.each([
  ["^feat", "feat: x", true],
  ["^feat", "Feat: x", false],
  ["(?i)^feat", "Feat: x", true],
  ["^.*?feat(\\([[:word:]]+\\))??!?:.+$", "feat(api)!: x", true],
  ["^.*?feat(\\([[:word:]]+\\))??!?:.+$", "fix(api): x", false],
  ["[[:digit:]]{2}", "a1b22", true],
  ["[^[:space:]]+-[[:upper:]]", "a-b", false],
  ["merge conflict", "a merge conflict", true],
  ["", "anything", true],
])("%j over %j: %j", (source, subject, matches) => {
  expect(readPattern(source, undefined).test(subject)).toBe(matches);
});

test("what is no pattern is an error at its place that says why", () => {
  const place = { file: "slipway.yaml", line: 4, column: 12 };
  expect(() => readPattern("^(feat", place)).toThrow(
    expect.objectContaining({
      code: "config.invalid",
      place,
      message: expect.stringContaining("Unterminated group") as string,
    }),
  );
});

test("a pattern that would keep the machine busy for ever is refused at its place", () => {
  const place = { file: "slipway.yaml", line: 3, column: 5 };
  expect(() => patternOver(["a".repeat(40)], "^(a|a)*b$", place)).toThrow(
    expect.objectContaining({ code: "config.invalid", place }) as Error,
  );
});

test("a pattern over subjects has those it is found in", () => {
  const pattern = patternOver(["feat: one", "fix: two"], "^feat", undefined);
  expect(["feat: one", "fix: two"].map((subject) => pattern.test(subject))).toEqual([true, false]);
});
