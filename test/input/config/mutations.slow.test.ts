/** Whatever a config file holds, it is read, or refused by problems that have a place. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readSource } from "../../../src/input/index.ts";
import { sourceOf } from "../../../src/input/yaml/source.ts";
import type { Problem } from "../../../src/model/problem.ts";
import { kinds } from "../../../src/cli/tables.ts";
import { problemsIn } from "../kinds.ts";
import { damagedConfigs, originals } from "./mutations.ts";

function problemsOf(bytes: Buffer): readonly Problem[] {
  return problemsIn(() => readSource(sourceOf("slipway.yaml", bytes), "/project", kinds));
}

/** Line and column lie in the file, or right behind its end. */
function hasPlace({ place }: Problem, bytes: Buffer): boolean {
  const lines = bytes.toString("utf8").split("\n");
  return (
    place !== undefined &&
    place.line >= 1 &&
    place.line <= lines.length &&
    place.column >= 1 &&
    place.column <= (lines[place.line - 1]?.length ?? 0) + 1
  );
}

it(
  "2,000 damaged configs give no stack trace, and every problem has its place in the file",
  { timeout: 600_000 },
  () => {
    let refused = 0;
    let slowest = 0;
    fc.assert(
      fc.property(damagedConfigs(), (bytes) => {
        const start = performance.now();
        const problems = problemsOf(bytes);
        slowest = Math.max(slowest, performance.now() - start);
        refused += problems.length > 0 ? 1 : 0;
        for (const problem of problems) {
          expect(hasPlace(problem, bytes), `${problem.message} at ${JSON.stringify(problem.place)}`).toBe(true);
          expect(problem.message).not.toMatch(/^(TypeError|RangeError|Cannot read)|\n\s+at /);
        }
      }),
      { numRuns: 2000, seed: Number(process.env["SEED"] ?? 1) },
    );
    expect(refused).toBeGreaterThan(1000);
    expect(slowest).toBeLessThan(5000);
  },
);

it("files of other tools are refused, every key at its place", () => {
  for (const bytes of originals()) {
    for (const problem of problemsOf(bytes)) expect(hasPlace(problem, bytes), problem.message).toBe(true);
  }
});
