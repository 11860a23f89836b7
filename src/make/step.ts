/** Carries out one Step: takes its remembered result, or makes it, and says what became of it. */
import { rm } from "node:fs/promises";

import type { Artifact } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import type { PlannedStep, Step } from "../model/plan.ts";
import { placed, Problem, type ProblemCode, problemsOf } from "../model/problem.ts";
import type { StepOutcome } from "../model/progress.ts";
import type { Text } from "../model/template.ts";
import { definedIn, makeContext } from "./context.ts";
import { fillAll, forHooks, runHooks } from "./hooks.ts";
import { stepKey } from "./key.ts";
import type { MakeContext, Maker } from "./maker.ts";
import { recallStep, rememberStep } from "./memory.ts";
import { takeOver } from "./outputs.ts";
import type { Running } from "./running.ts";
import { stopped } from "./spawn.ts";

/** What Steps end with when the whole run is stopped: by the operator, or by its time limit. */
const stops: ReadonlySet<string> = new Set(["step.stopped", "step.timeout"]);

/** Never rejects: what goes wrong is in the outcome. Notes in `running` what was made, by what key, and by which tools. */
export async function carryOut(running: Running, planned: PlannedStep, maker: Maker): Promise<StepOutcome> {
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
