/** Runs everything that says whether the project is right: types, lint, format, tests. */

// `npm test` runs all; `npm run check` (--quick) leaves out the slow tests; further arguments go to vitest alone.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tally } from "../test/setup/tally.ts";
import { findJudge } from "./judges/find.ts";
import { installMissing } from "./judges/install.ts";
import { mayUseApt } from "./judges/machine.ts";
import { JUDGES } from "./judges/table.ts";

const CHECKS = [
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "lint", command: ["oxlint"] },
  { name: "format", command: ["oxfmt", "--check"] },
] as const;

const quick = process.argv.includes("--quick");
const filters = process.argv.slice(2).filter((argument) => argument !== "--quick");

if (!quick && filters.length === 0) prepareJudges();
const failedChecks = filters.length > 0 ? [] : CHECKS.filter(({ name, command }) => !runCheck(name, command));
const ranChecks = filters.length > 0 ? 0 : CHECKS.length;
const tests = runTests();

explainSkips(tests);
for (const { name, command } of failedChecks) console.log(`failed: ${name} (${command.join(" ")})`);
const failed = tests.failed + failedChecks.length;
const passed = tests.passed + ranChecks - failedChecks.length;
console.log(`${passed} passed, ${failed} failed, ${tests.skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

/** In CI and as root on Debian, installs the missing judges; on a person's own machine nothing is touched. */
function prepareJudges(): void {
  if (process.env["CI"] === undefined && !mayUseApt()) return;
  if (JUDGES.every((judge) => "hint" in judge || findJudge(judge) !== undefined)) return;
  console.log("Installing the judges and peers of the tests");
  for (const { judge, outcome, why } of installMissing(JUDGES, (line) => console.log(`  ${line}`))) {
    if (outcome !== "installed") console.log(`  ${judge.name}: ${outcome}: ${why ?? ""}`);
  }
}

function runCheck(name: string, [command, ...args]: readonly [string, ...string[]]): boolean {
  console.log(`\n${name}: ${[command, ...args].join(" ")}`);
  return spawnSync(command, args, { stdio: "inherit" }).status === 0;
}

function runTests(): Tally {
  const folder = mkdtempSync(join(tmpdir(), "slipway-tally-"));
  const file = join(folder, "tally.json");
  try {
    const project = quick ? ["--project", "quick"] : [];
    const { status } = spawnSync("vitest", ["run", ...project, ...filters], {
      stdio: "inherit",
      env: { ...process.env, SLIPWAY_TALLY: file },
    });
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, reasons: {} };
    const tally = JSON.parse(readFileSync(file, "utf8")) as Tally;
    // The runner may fail for reasons of its own, such as finding no test at all.
    return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function explainSkips({ skipped, reasons }: Tally): void {
  if (skipped === 0) return;
  console.log(`${skipped} tests were skipped:`);
  for (const [reason, count] of Object.entries(reasons).toSorted(([, a], [, b]) => b - a)) {
    console.log(`  ${count} skipped: ${reason}`);
  }
  if (Object.keys(reasons).some((reason) => reason.includes("not installed")))
    console.log("To install what is missing: npm run judges");
}
