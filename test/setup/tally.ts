/** A vitest reporter that counts what ran and why tests were skipped, for the last lines of `npm test`, and prints what tests counted. */

import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** What a run of the tests came to. `reasons` says how many tests were skipped for each reason. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** Prints what tests counted, and writes the {@link Tally} as JSON to the file that `SLIPWAY_TALLY` names, if any. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const line of annotated(modules)) process.stdout.write(`${line}\n`);
    const file = process.env["SLIPWAY_TALLY"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally(modules, unhandled)));
  }
}

/** `test/store/gitea-faults.slow.test.ts: 52 faults in 26 requests; 41 needed a second run`. */
function annotated(modules: readonly TestModule[]): readonly string[] {
  return modules.flatMap((module) =>
    [...module.children.allTests()]
      .flatMap((test) => test.annotations())
      .map(({ message }) => `${module.relativeModuleId}: ${message}`),
  );
}

function tally(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Tally {
  const results = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result()));
  const skipped = results.filter((result) => result.state === "skipped" || result.state === "pending");
  const reasons: Record<string, number> = {};
  for (const result of skipped) {
    const note = result.state === "skipped" ? result.note : undefined;
    const reason = note?.replace(/^skipped: /, "") ?? "no reason given";
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  // A file that cannot be loaded has no tests, and an error outside any test has no test: each is a failure of its own.
  const outside = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
  const count = (state: "passed" | "failed"): number => results.filter((result) => result.state === state).length;
  return { passed: count("passed"), failed: count("failed") + outside, skipped: skipped.length, reasons };
}
