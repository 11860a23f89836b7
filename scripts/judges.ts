/** Installs the judges and peers of the tests that are missing, or lists them all: `npm run judges [-- --list] [-- NAME...]`. */

import { parseArgs } from "node:util";
import { cacheFolder, findJudge, judgeNamed } from "./judges/find.ts";
import { installMissing } from "./judges/install.ts";
import type { Judge } from "./judges/table.ts";
import { JUDGES } from "./judges/table.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: "boolean" } } });
const chosen = positionals.length === 0 ? JUDGES : positionals.map(judgeNamed);
if (values.list) list(chosen);
else install(chosen);

function list(judges: readonly Judge[]): void {
  for (const judge of judges) {
    const version = "version" in judge ? judge.version : "";
    console.log(
      [judge.name.padEnd(13), version.padEnd(9), (findJudge(judge) ?? "missing").padEnd(32), judge.for].join(" "),
    );
  }
}

function install(judges: readonly Judge[]): void {
  const began = performance.now();
  const outcomes = installMissing(judges, (line) => console.log(`  ${line}`));
  for (const { judge, outcome, why } of outcomes) {
    if (outcome !== "installed") console.log(`  ${judge.name}: ${outcome}: ${why ?? ""}`);
  }
  const found = judges.filter((judge) => findJudge(judge) !== undefined).length;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${found} of ${judges.length} judges are here (${seconds} s; cache: ${cacheFolder})`);
  if (outcomes.some(({ outcome }) => outcome === "failed")) process.exitCode = 1;
}
