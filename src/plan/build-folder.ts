/** Where `slipway build` puts the programs of an entry that says so. */
import { mayHoldRelease } from "../model/name.ts";
import type { PlannedStep } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Scope, Template } from "../model/template.ts";

/** Relative to the root, without a slash at its end. Fails with `plan.invalid` for one that is outside the project. */
export function buildFolder(to: Template, scope: Scope): string {
  const folder = to.render(scope).replace(/\/+$/, "");
  if (mayHoldRelease(folder)) return folder;
  throw new Problem("plan.invalid", `to: "${folder}" cannot be the folder of a build`, {
    place: to.place,
    expected: "a folder inside the project",
  });
}

/** One Problem (`plan.collision`) for each file that several builds would write. */
export function samePlaces(steps: readonly PlannedStep[]): readonly Problem[] {
  const taken = new Map<string, string>();
  return steps.flatMap(({ id, to, outputs, place }) => {
    if (to === undefined) return [];
    return outputs.flatMap(({ name }) => {
      const path = `${to}/${name}`;
      const other = taken.get(path.toLowerCase());
      taken.set(path.toLowerCase(), id);
      if (other === undefined) return [];
      const hint = "Let `to` say what differs, such as `{{ os }}-{{ arch }}`.";
      return [new Problem("plan.collision", `${other} and ${id} would both be put at ${path}`, { place, hint })];
    });
  });
}
