/** `check --live`: every place of a Plan is asked whether it would let the Release in. */
import type { JsonObject } from "../model/json.ts";
import type { Plan } from "../model/plan.ts";
import { type Problem, withoutRepeats } from "../model/problem.ts";
import { type PlaceProbed, probeAll, problemsIn } from "../publish/probe.ts";
import { stores } from "../store/table.ts";
import { aboutPlan } from "./about.ts";
import { exit, exitFor, type ExitCode } from "./exit.ts";
import { expectedOf } from "./expected.ts";
import { folderOf } from "./folder.ts";
import { escaped } from "./output/escaped.ts";
import { whyNowhere } from "./output/nowhere.ts";
import { problemJson } from "./output/problems.ts";
import { table } from "./output/say.ts";
import { storeContext } from "./publishing/context.ts";

export interface LiveCheck {
  readonly code: ExitCode;
  readonly data: readonly JsonObject[];
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Only reads. Fails for no place: what is wrong is in the result. */
export async function checkLive(plan: Plan, root: string, signal: AbortSignal): Promise<LiveCheck> {
  const context = storeContext({ root, folder: folderOf({ root, plan }), signal }, aboutPlan(plan));
  const places = await probeAll({ publish: plan.publish, expected: expectedOf(plan), stores, context });
  signal.throwIfAborted();
  const problems = withoutRepeats(problemsIn(places));
  return { code: codeOf(places, problems), data: places.map(placeJson), text: textOf(places, plan), problems };
}

/** What a place does not say is in nobody's way; that it cannot be asked is a Problem. */
function codeOf(places: readonly PlaceProbed[], problems: readonly Problem[]): ExitCode {
  const answers = places.flatMap((place) => place.answers);
  if (answers.some(({ outcome, problem }) => outcome === "failed" && problem === undefined)) return exit.failed;
  return problems.length === 0 ? exit.ok : exitFor(problems);
}

function placeJson({ store, kind, answers }: PlaceProbed): JsonObject {
  return {
    store,
    kind,
    answers: answers.map(({ what, outcome, detail, problem }) => ({
      what,
      outcome,
      detail,
      ...(problem === undefined ? {} : { problem: problemJson(problem) }),
    })),
  };
}

function textOf(places: readonly PlaceProbed[], plan: Plan): string {
  if (places.length === 0) return `there is no place to ask: ${whyNowhere(plan)}`;
  const rows = places.flatMap(({ store, answers }) =>
    answers.map(({ what, outcome, detail }) => [store, what, outcome, detail].map(escaped)),
  );
  return table([["PLACE", "QUESTION", "ANSWER", "DETAIL"], ...rows]);
}
