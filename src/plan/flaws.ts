/** Finds what is wrong in a Plan that somebody may have edited: what a decided Plan never has. */
import { mayHoldRelease } from "../model/name.ts";
import type { Plan, PlannedStep } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { findCollisions, findUnusableNames } from "./artifact-names.ts";

/** One Problem (`plan.invalid`, `plan.collision`) for each flaw; `file` is where the Plan stands. */
export function findFlaws(plan: Plan, file: string): readonly Problem[] {
  const flaw = (text: string): Problem => new Problem("plan.invalid", `${file}: ${text}`);
  const { steps, release } = plan;
  const ids = steps.map(({ id }) => id);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => flaw(`two steps are called ${id}`)),
    ...missingNeeds(steps).map(([id, need]) => flaw(`${id} needs ${need}, and there is no such step`)),
    ...inCircles(steps).map((id) => flaw(`${id} needs itself, by way of other steps`)),
    ...findUnusableNames(steps, release).map(({ message }) => flaw(message)),
    ...(mayHoldRelease(release.folder)
      ? []
      : [flaw(`the release's folder is "${release.folder}", which is outside the project or among what git keeps`)]),
    ...steps.flatMap(({ id, to }) =>
      to === undefined || mayHoldRelease(to) ? [] : [flaw(`${id} is put into "${to}", which is outside the project`)],
    ),
    ...findCollisions(steps, release),
  ];
}

function missingNeeds(steps: readonly PlannedStep[]): readonly (readonly [id: string, need: string])[] {
  const ids = new Set(steps.map(({ id }) => id));
  return steps.flatMap(({ id, needs }) => needs.filter((need) => !ids.has(need)).map((need) => [id, need] as const));
}

/** Steps that can never begin. What is missing counts as done: it is told already. */
function inCircles(steps: readonly PlannedStep[]): readonly string[] {
  let waiting = steps;
  for (;;) {
    const ids = new Set(waiting.map(({ id }) => id));
    const left = waiting.filter(({ needs }) => needs.some((need) => ids.has(need)));
    if (left.length === waiting.length) return left.map(({ id }) => id);
    waiting = left;
  }
}
