/** `slipway watch [PLACE...]`: reads what is public again and again, and says when it is not what was published any more. */
import { setTimeout as sleep } from "node:timers/promises";
import { resolve } from "node:path";

import type { JsonObject } from "../../model/json.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { Observed, Tags } from "../../publish/watch.ts";
import { replaceFile } from "../../store/files.ts";
import { exit, exitFor, type ExitCode } from "../exit.ts";
import { refuseNeedless } from "../needless.ts";
import type { Options } from "../options.ts";
import { escaped, inertJson } from "../output/escaped.ts";
import { printProblems, problemJson } from "../output/problems.ts";
import { sayResult } from "../output/say.ts";
import { counted, readDuration } from "../output/words.ts";
import { stopSignal } from "../stop.ts";
import { type Watcher, watchersOf } from "../watching.ts";

/** Milliseconds after which nobody's word is taken for what did not change. */
const day = 24 * 3600 * 1000;

export async function watch(options: Options, places: readonly string[]): Promise<ExitCode> {
  if (options.once === true)
    refuseNeedless(options, ["every"], { why: "--once looks once", hint: "Leave one of the two out." });
  const every = readDuration(options.every ?? "10m", "--every");
  const reports = (options.report ?? []).map(refuseForm);
  const stopping = stopSignal(options.timeout);
  try {
    const watchers = await watchersOf(places, options);
    const tags: Tags = new Map();
    for (let fresh = performance.now(); ;) {
      const round = await lookAll(watchers, tags, stopping.signal);
      stopping.signal.throwIfAborted();
      const data = roundJson(round);
      sayResult(options, data, () => text(round));
      for (const path of reports) await writeReport(path, data);
      const code = codeOf(round);
      if (options.json !== true) printRound(round, options);
      if (options.once === true || code === exit.failed) return code;
      await sleep(every, undefined, { signal: stopping.signal }).catch(() => stopping.signal.throwIfAborted());
      if (performance.now() - fresh < day) continue;
      tags.clear();
      fresh = performance.now();
    }
  } finally {
    stopping.release();
  }
}

async function lookAll(watchers: readonly Watcher[], tags: Tags, signal: AbortSignal): Promise<readonly Observed[]> {
  const round: Observed[] = [];
  for (const watcher of watchers) {
    try {
      round.push(await watcher.look(tags, signal));
    } catch (thrown) {
      const problems = problemsOf(thrown);
      if (problems === undefined || signal.aborted) throw thrown;
      round.push({ place: watcher.name, files: 0, same: 0, changes: [], problems });
    }
  }
  return round;
}

/** 1 where something changed, also where something else cannot be read. */
function codeOf(round: readonly Observed[]): ExitCode {
  if (round.some(({ changes }) => changes.length > 0)) return exit.failed;
  const problems = round.flatMap((observed) => observed.problems);
  return problems.length === 0 ? exit.ok : exitFor(problems);
}

function roundJson(round: readonly Observed[]): JsonObject {
  return {
    time: new Date().toISOString(),
    outcome: round.some(({ changes }) => changes.length > 0)
      ? "changed"
      : round.some(({ problems }) => problems.length > 0)
        ? "unavailable"
        : "same",
    places: round.map(({ place, files, same, changes, problems }) => ({
      place,
      files,
      same,
      changes: changes.map(({ name, published, now }) => ({ name, published, now: now ?? "" })),
      problems: problems.map(problemJson),
    })),
  };
}

function text(round: readonly Observed[]): string {
  return round.flatMap(lines).join("\n");
}

function lines({ place, files, names = "files", same, changes, problems }: Observed): readonly string[] {
  const told = changes.map(({ name, published, now }) =>
    escaped(
      now === undefined
        ? `CHANGED ${place}: ${name} is gone; ${published} was published`
        : `CHANGED ${place}: ${name} is ${now}; ${published} was published`,
    ),
  );
  if (problems.length > 0) return [...told, `unknown ${escaped(place)}: not all of it could be read`];
  const unsent = same === 0 ? "" : `, ${same} by the word of the server`;
  return told.length > 0 ? told : [`same    ${escaped(place)}: ${counted(files, names.replace(/s$/, ""))}${unsent}`];
}

function printRound(round: readonly Observed[], options: Options): void {
  const problems = round.flatMap((observed) => observed.problems);
  if (problems.length > 0) printProblems(problems, options);
}

function refuseForm(path: string): string {
  if (path.endsWith(".json")) return resolve(path);
  throw new Problem("usage", `--report: ${path} has no form of a report`, { expected: "a name that ends in .json" });
}

function writeReport(path: string, data: JsonObject): Promise<void> {
  const bytes = Buffer.from(`${inertJson(JSON.stringify(data, null, 2))}\n`);
  return replaceFile(path, bytes, { mode: 0o644, sync: false });
}
