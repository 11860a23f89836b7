/** Patterns are JavaScript's, with the forms people bring from Go's configs. */
import { expect, test } from "vitest";

import { readPattern } from "../../../src/plan/notes/pattern.ts";

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
