/** Refuses a Plan in which an artifact would have a name that cannot be one, or two would have the same. */
import { unusableName } from "../model/name.ts";
import { reportNames } from "../model/report-names.ts";
import type { PlannedStep } from "../model/plan.ts";
import type { ReleasePlan } from "../model/release-plan.ts";
import { Problem, type Place } from "../model/problem.ts";

/** One Problem for each name that no file could have everywhere. */
export function findUnusableNames(steps: readonly PlannedStep[], release: ReleasePlan): readonly Problem[] {
  return [
    ...steps.flatMap(({ outputs, place }) => outputs.flatMap(({ name }) => unusable(name, place) ?? [])),
    ...listsOf(release).flatMap(([name]) => unusable(name, undefined) ?? []),
  ];
}

/** The names of lists that are known before anything is made, and what each is. */
function listsOf({
  checksums,
  index,
  provenance,
  signatureList,
  reports,
  folder,
}: ReleasePlan): readonly (readonly [string, string])[] {
  const whole = checksums.flatMap(({ name, split }) => (split || typeof name !== "string" ? [] : [name]));
  const lists = [
    ...whole.map((name) => [name, "the checksums"] as const),
    [index, "the index"] as const,
    [provenance, "the provenance"] as const,
    [signatureList, "the list of signatures"] as const,
    ...(reports === folder
      ? Object.values(reportNames).map((name) => [name, "a report about the release"] as const)
      : []),
  ];
  return lists.filter(([name]) => name !== "");
}

function unusable(name: string, place: Place | undefined): Problem | undefined {
  const why = unusableName(name);
  if (why === undefined) return undefined;
  return new Problem("plan.invalid", `${JSON.stringify(name)} cannot be an artifact's name: ${why}`, { place });
}

/** One Problem for each name that is taken twice; names that differ only in case collide on Windows and macOS. */
export function findCollisions(steps: readonly PlannedStep[], release: ReleasePlan): readonly Problem[] {
  const taken = new Map<string, { readonly by: string; readonly line: number | undefined }>();
  const problems: Problem[] = [];
  const take = (name: string, by: string, step: PlannedStep | undefined): void => {
    const other = taken.get(name.toLowerCase());
    if (other === undefined) {
      taken.set(name.toLowerCase(), { by, line: step?.place?.line });
      return;
    }
    const where = other.line === undefined ? "" : ` (line ${other.line})`;
    problems.push(
      new Problem("plan.collision", `two artifacts would be called "${name}": ${by}, and ${other.by}${where}`, {
        place: step?.place,
        hint:
          step?.section === "packages"
            ? "The format has one word for several targets: choose one with `for`, or tell the files apart in `file`."
            : "tell them apart in `name`, for example with {{ os }}, {{ arch }}, {{ variant }} or {{ binary }}",
      }),
    );
  };
  take("release.json", "the Release itself", undefined);
  for (const [name, what] of listsOf(release)) take(name, what, undefined);
  for (const step of steps) {
    for (const output of step.outputs) if (output.listed) take(output.name, step.id, step);
  }
  return problems;
}
