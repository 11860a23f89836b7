/** Runs one benchmark: `npm run bench -- NAME [--runs N] [--json]`; without a name, lists them. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark, Contest } from "./harness/benchmark.ts";
import { compare } from "./harness/compare.ts";
import { table } from "./harness/report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, runs: { type: "string" } },
});
const [chosen] = positionals;
if (chosen === undefined) await list();
else await run(chosen);

async function list(): Promise<void> {
  const names = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".ts") && file !== "run.ts");
  for (const file of names) {
    const benchmark = await load(file.slice(0, -3));
    console.log(`${benchmark.name.padEnd(10)} ${benchmark.ours} against ${benchmark.peer}: ${benchmark.input}`);
  }
}

async function run(name: string): Promise<void> {
  const benchmark = await load(name);
  const runs = values.runs === undefined ? benchmark.runs : Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: expected a number from 1 on`);
  const folder = mkdtempSync(join(tmpdir(), `slipway-bench-${name}-`));
  // Repositories and caches that are made on the way go when it ends.
  process.env["TMPDIR"] = folder;
  let contest: Contest | undefined;
  try {
    contest = await benchmark.prepare(folder);
    const comparison = await compare(benchmark, contest, runs, (line) => console.error(line));
    console.log(values.json ? JSON.stringify(comparison) : table(benchmark, comparison).join("\n"));
  } finally {
    await contest?.end?.();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(name: string): Promise<Benchmark> {
  const file = join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(file)) throw new Error(`there is no benchmark ${name}: npm run bench lists them`);
  return ((await import(file)) as { readonly benchmark: Benchmark }).benchmark;
}
