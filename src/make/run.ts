/** Walks the Plan: runs each Step or takes its remembered result, and reports all failures together. */
import type { Artifact } from "../model/artifact.ts";
import type { Plan } from "../model/plan.ts";
import { type Problem, withoutRepeats } from "../model/problem.ts";
import type { StepOutcome } from "../model/progress.ts";
import type { Toolchain } from "../model/provenance.ts";
import { createContents } from "./content.ts";
import { readChecker } from "./reads.ts";
import type { Running, RunRequest } from "./running.ts";
import { schedule } from "./schedule.ts";
import { carryOut } from "./step.ts";

export interface RunResult {
  /** By step id, in the Plan's order; failed and skipped Steps made nothing. */
  readonly artifacts: ReadonlyMap<string, readonly Artifact[]>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
  /** Of each Step that began to be made, hex. */
  readonly keys: ReadonlyMap<string, string>;
  /** What each Step was made by, as far as its maker knows; empty where no provenance is written. */
  readonly toolchains: ReadonlyMap<string, readonly Toolchain[]>;
  /** Of all Steps that failed, in the Plan's order. */
  readonly problems: readonly Problem[];
}

const neverAborted = new AbortController().signal;

/** What a Step takes when its maker says nothing. */
const usualMemory = 256 * 1024 * 1024;

/** Makes everything in the Plan. Never rejects for a failed Step: those are in the result. */
export async function run(request: RunRequest): Promise<RunResult> {
  const running: Running = {
    ...request,
    signal: request.signal ?? neverAborted,
    made: new Map(),
    keys: new Map(),
    toolchains: new Map(),
    contents: createContents(request.cache, request.compressor),
    reads: readChecker(request.root),
    shared: new Map(),
  };
  const outcomes = new Map<string, StepOutcome>();
  const tasks = request.plan.steps.map((step) => {
    const maker = request.makerOf(step);
    return {
      id: step.id,
      needs: step.needs,
      memory: maker.memory ?? usualMemory,
      waits: maker.waits === true,
      step,
      maker,
    };
  });

  await schedule(
    tasks,
    request,
    async ({ step, maker }) => {
      const started = performance.now();
      request.progress.started(step);
      const outcome = await carryOut(running, step, maker);
      outcomes.set(step.id, outcome);
      request.progress.ended(step, outcome, performance.now() - started);
      return outcome.state === "made" || outcome.state === "cached";
    },
    ({ step }, because) => {
      const outcome: StepOutcome = { state: "skipped", why: `${because} was not made` };
      outcomes.set(step.id, outcome);
      request.progress.ended(step, outcome, 0);
    },
  );

  const problems = request.plan.steps.flatMap((step) => {
    const outcome = outcomes.get(step.id);
    return outcome !== undefined && "problems" in outcome ? outcome.problems : [];
  });
  const { keys, toolchains } = running;
  return {
    artifacts: inPlanOrder(request.plan, running.made),
    outcomes,
    keys,
    toolchains,
    problems: withoutRepeats(problems),
  };
}

function inPlanOrder(
  plan: Plan,
  made: ReadonlyMap<string, readonly Artifact[]>,
): ReadonlyMap<string, readonly Artifact[]> {
  return new Map(plan.steps.flatMap(({ id }) => (made.has(id) ? [[id, made.get(id) ?? []] as const] : [])));
}
