/** `slipway pipeline --mode validate|release`: everything that CI does, in one command that runs anywhere. */
import { Problem, problemsOf, withoutRepeats } from "../../model/problem.ts";
import { exitFor, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { printProblems, problemJson } from "../output/problems.ts";
import { remark, sayResult } from "../output/say.ts";
import { duration } from "../output/words.ts";
import type { Mode } from "../pipeline/guard.ts";
import { progressedJson, type Progressed, runPipeline } from "../pipeline/run.ts";
import { type StageResult, stagesOf } from "../pipeline/stage.ts";
import { stagesText, writeSummary } from "../pipeline/summary.ts";
import { stopSignal } from "../stop.ts";

export async function pipeline(options: Options): Promise<ExitCode> {
  const mode = modeOf(options.mode);
  dropEmpty(process.env);
  const stages = stagesOf((result) => remark(options, stageLine(result)));
  const progressed: Progressed = {};
  const stopping = stopSignal(options.timeout);
  try {
    const { code, problems } = await toTheEnd(() =>
      runPipeline(mode, options, { stages, progressed, signal: stopping.signal }),
    );
    const data = { mode, ...progressedJson(progressed), stages: stages.results.map((result) => ({ ...result })) };
    const wrong = problems.length === 0 ? {} : { problems: problems.map(problemJson) };
    sayResult(options, { ...data, ...wrong }, () => stagesText(stages.results));
    const published = progressed.published?.problems ?? [];
    const all = withoutRepeats([...published, ...problems]);
    if (options.json !== true && all.length > 0) printProblems(all, options);
    return problems.length === 0 ? code : exitFor(all);
  } finally {
    stopping.release();
    const { decided, folder } = progressed;
    const made = decided === undefined || folder === undefined ? undefined : { plan: decided.plan, folder };
    await writeSummary(stages.results, made);
  }
}

/** What a stage failed with is told together with what the stages before it did. */
async function toTheEnd(
  work: () => Promise<ExitCode>,
): Promise<{ readonly code: ExitCode; readonly problems: readonly Problem[] }> {
  try {
    return { code: await work(), problems: [] };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return { code: exitFor(problems), problems };
  }
}

function modeOf(mode: string | undefined): Mode {
  if (mode === "validate" || mode === "release") return mode;
  throw new Problem("usage", mode === undefined ? "--mode is missing" : `--mode: there is no mode "${mode}"`, {
    expected: "validate or release",
  });
}

function stageLine({ stage, outcome, detail, milliseconds }: StageResult): string {
  return `== ${stage}: ${outcome}, ${duration(milliseconds)}${detail === "" ? "" : `, ${detail}`}`;
}

/** A secret that a forge does not have is an empty variable in its jobs: then it is as if it were not set. */
function dropEmpty(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) if (value === "") delete env[name];
}
