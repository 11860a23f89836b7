/** `slipway pipeline --mode validate|release`: everything that CI does, in one command that runs anywhere. */
import { Problem } from "../../model/problem.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { remark, sayResult } from "../output/say.ts";
import { duration } from "../output/words.ts";
import type { Mode } from "../pipeline/guard.ts";
import { progressedJson, type Progressed, runPipeline } from "../pipeline/run.ts";
import { type StageResult, stagesOf } from "../pipeline/stage.ts";
import { stagesText, writeSummary } from "../pipeline/summary.ts";
import { printFailures } from "../publishing.ts";
import { stopSignal } from "../stop.ts";

export async function pipeline(options: Options): Promise<ExitCode> {
  const mode = modeOf(options.mode);
  dropEmpty(process.env);
  const stages = stagesOf((result) => remark(options, stageLine(result)));
  const progressed: Progressed = {};
  const stopping = stopSignal(options.timeout);
  try {
    const code = await runPipeline(mode, options, { stages, progressed, signal: stopping.signal });
    const data = { mode, ...progressedJson(progressed), stages: stages.results.map((result) => ({ ...result })) };
    sayResult(options, data, () => stagesText(stages.results));
    if (progressed.published !== undefined) printFailures(progressed.published, options);
    return code;
  } finally {
    stopping.release();
    const { decided, folder } = progressed;
    const made = decided === undefined || folder === undefined ? undefined : { plan: decided.plan, folder };
    await writeSummary(stages.results, made);
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
