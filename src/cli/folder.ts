/** Where a Release lies on this machine, and the Plan that made it beside. */
import { existsSync } from "node:fs";
import { dirname, join, normalize, resolve, sep } from "node:path";

import type { Plan } from "../model/plan.ts";
import { writePlan } from "../plan/file.ts";
import { replaceFile, sweepBeside } from "../store/files.ts";

/** A Plan and the project (absolute path) that it is of. */
interface Planned {
  readonly plan: Plan;
  readonly root: string;
}

/** Absolute path of the Release's folder. */
export function folderOf({ root, plan }: Planned): string {
  return join(root, plan.release.folder);
}

/** The file beside a Release that holds its Plan. */
function planFileOf(folder: string): string {
  return `${resolve(folder)}.plan.json`;
}

/** Keeps the Plan beside the Release, so that `publish` later does what was decided then. */
export async function keepPlan(planned: Planned): Promise<void> {
  const path = planFileOf(folderOf(planned));
  await sweepBeside(dirname(path));
  await replaceFile(path, Buffer.from(writePlan(planned.plan)), { mode: 0o644, sync: false });
}

/** The Plan file beside a Release, when there is one. */
export function keptPlan(folder: string): string | undefined {
  const path = planFileOf(folder);
  return existsSync(path) ? path : undefined;
}

/** The project of a Plan that lies where {@link keepPlan} puts it; undefined for one that lies elsewhere. */
export function projectAround(planFile: string, { release }: Plan): string | undefined {
  const kept = `${sep}${normalize(release.folder)}.plan.json`;
  return planFile.endsWith(kept) ? planFile.slice(0, -kept.length) || sep : undefined;
}
