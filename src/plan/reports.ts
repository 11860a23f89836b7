/** Where reports about the Release are written once it is published. */
import { mayHoldRelease } from "../model/name.ts";
import type { ReleasePlan } from "../model/release-plan.ts";
import { Problem } from "../model/problem.ts";
import type { Deciding } from "./deciding.ts";

/** `reports` of the Plan, where there are any; `own` is the release's folder. */
export function reportsOf({ config, vocabulary, problems }: Deciding, own: string): Pick<ReleasePlan, "reports"> {
  const { reports, place } = config.release;
  if (typeof reports === "boolean") return reports ? { reports: own } : {};
  const folder = reports.render(vocabulary.base).trim().replace(/\/+$/, "");
  if (folder === "") return {};
  if (!mayHoldRelease(folder))
    problems.push(
      new Problem("plan.invalid", `"${folder}" cannot be the folder of reports`, {
        place: reports.place ?? place,
        expected: "a folder inside the project",
      }),
    );
  return { reports: folder };
}
