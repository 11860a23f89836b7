/** Walks the Plan: runs each Step or takes its remembered result, and reports all failures together. */
import { rm } from "node:fs/promises";

import type { Compressor } from "../format/segment.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import type { OpenImage } from "../model/image.ts";
import type { JsonObject } from "../model/json.ts";
import type { Plan, PlannedStep, Step } from "../model/plan.ts";
import { placed, Problem, problemsOf, type ProblemCode, withoutRepeats } from "../model/problem.ts";
import type { Progress, StepOutcome } from "../model/progress.ts";
import type { Toolchain } from "../model/provenance.ts";
import type { Signer } from "../model/signer.ts";
import type { TemplateOrigin, Text } from "../model/template.ts";
import { createContents, type Contents } from "./content.ts";
import { definedIn, makeContext } from "./context.ts";
import { fillAll, forHooks, runHooks } from "./hooks.ts";
import { stepKey } from "./key.ts";
import type { MakeContext, Maker } from "./maker.ts";
import { recallStep, rememberStep } from "./memory.ts";
import { takeOver } from "./outputs.ts";
import { readChecker, type ReadChecker } from "./reads.ts";
import { schedule } from "./schedule.ts";
import { stopped } from "./spawn.ts";

export interface RunRequest {
  readonly plan: Plan;
  /** Absolute path of the project. */
  readonly root: string;
  /** The maker of a Step's section and kind. */
  readonly makerOf: (step: PlannedStep) => Maker;
  readonly cache: Cache;
  readonly compressor: Compressor;
  /** Steps at once. */
  readonly jobs: number;
  /** Bytes all running Steps may take together. */
  readonly memory: number;
  /** Take no remembered results; new ones are still remembered. */
  readonly noCache?: boolean;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
  /** The operator's environment, which commands inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Renders a text that waited for late values. */
  readonly render: RenderLate;
  /** Opens a key by its name in the config's `trust.keys`; what it runs ends with the signal. */
  readonly openSigner: (name: string, signal: AbortSignal) => Promise<Signer>;
  readonly openImage: OpenImage;
}

/** Renders the source of a template with data; `compileTemplate` of `input/` does. `from` is for messages. */
export type RenderLate = (source: string, scope: JsonObject, from?: TemplateOrigin) => string;

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

/** What all Steps of one run share. */
interface Running extends Omit<RunRequest, "signal"> {
  readonly signal: AbortSignal;
  readonly made: Map<string, readonly Artifact[]>;
  readonly keys: Map<string, string>;
  readonly toolchains: Map<string, readonly Toolchain[]>;
  readonly contents: Contents;
  readonly reads: ReadChecker;
  readonly shared: Map<string, Promise<unknown>>;
}

const neverAborted = new AbortController().signal;

/** What Steps end with when the whole run is stopped: by the operator, or by its time limit. */
const stops: ReadonlySet<string> = new Set(["step.stopped", "step.timeout"]);

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

async function carryOut(running: Running, planned: PlannedStep, maker: Maker): Promise<StepOutcome> {
  const scratch = lazyScratch(running.cache);
  try {
    if (running.signal.aborted) throw stopped(running.signal);
    const step = readyStep(running, planned);
    const context = makeContext({ ...running, step, scratch });
    const key = await stepKey(step, maker, context);
    running.keys.set(step.id, key);
    const remembered =
      step.hooks === undefined && !running.noCache ? await recallStep(running.cache, running.reads, key) : undefined;
    const artifacts = remembered ?? (await makeNow(running, step, maker, await context.ready(), key));
    // Not before: the user's commands around the Step may bring what it is made by.
    if (running.plan.source !== undefined && maker.toolchains !== undefined)
      running.toolchains.set(step.id, await maker.toolchains(step, context));
    running.made.set(step.id, artifacts);
    return { state: remembered === undefined ? "made" : "cached" };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems !== undefined) {
      const isStopped = running.signal.aborted && problems.every(({ code }) => stops.has(code));
      return {
        state: isStopped ? "stopped" : "failed",
        problems: problems.map((problem) => atEntry(problem, planned)),
      };
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      state: "failed",
      problems: [
        new Problem("step.failed", `${planned.title}: an error inside Slipway: ${message}`, {
          place: planned.place,
          hint: "report it with what --verbose prints, unless the plan was edited by hand",
          cause: thrown,
        }),
      ],
    };
  } finally {
    await scratch.remove();
  }
}

/** What the config says wrongly, but only files could tell: it is said with the entry's line. */
const ofConfig: ReadonlySet<ProblemCode> = new Set([
  "file.missing",
  "format.invalid",
  "plan.collision",
  "plan.empty",
  "plan.invalid",
  "template.failed",
  "template.unknown",
]);

function atEntry(problem: Problem, { place }: PlannedStep): Problem {
  return ofConfig.has(problem.code) ? placed(problem, place) : problem;
}

/** The Step with what the operator's environment says, which its key covers and the Plan does not hold. */
function readyStep({ render, env }: Running, planned: PlannedStep): Step {
  const fill = (text: Text): string =>
    typeof text === "string" ? text : render(text.late, { ...text.with, env: definedIn(env) }, planned.place);
  return { ...planned, env: fillAll(planned.env, fill) };
}

async function makeNow(
  running: Running,
  step: Step,
  maker: Maker,
  context: MakeContext,
  key: string,
): Promise<readonly Artifact[]> {
  await runHooks(step.hooks?.pre ?? [], context, undefined);
  const result = await maker.make(step, context);
  const post = step.hooks?.post ?? [];
  const made = post.length > 0 ? await forHooks(result.made, context) : result.made;
  for (const file of made) await runHooks(post, context, file);
  const artifacts = await takeOver(running.cache, step, context.inputs, made, step.hooks !== undefined);
  if (result.reads !== undefined && step.hooks === undefined)
    await rememberStep(running.cache, key, artifacts, result.reads);
  return artifacts;
}

/** A Step's scratch folder is made only when something is really made. */
function lazyScratch(cache: Cache): { readonly path: () => Promise<string>; readonly remove: () => Promise<void> } {
  let made: Promise<string> | undefined;
  return {
    path: () => (made ??= cache.scratch()),
    async remove() {
      if (made !== undefined) await rm(await made, { recursive: true, force: true });
    },
  };
}

function inPlanOrder(
  plan: Plan,
  made: ReadonlyMap<string, readonly Artifact[]>,
): ReadonlyMap<string, readonly Artifact[]> {
  return new Map(plan.steps.flatMap(({ id }) => (made.has(id) ? [[id, made.get(id) ?? []] as const] : [])));
}
