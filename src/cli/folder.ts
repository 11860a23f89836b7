/** Where a Release lies on this machine, and the Plan that made it beside. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { writePlan } from "../plan/file.ts";
import { replaceFile, sweepBeside } from "../store/files.ts";
import type { Decided } from "./decide.ts";

/** Absolute path of the Release's folder. */
export function folderOf({ root, plan }: Decided): string {
  return join(root, plan.release.folder);
}

/** The file beside a Release that holds its Plan. */
export function planFileOf(folder: string): string {
  return `${resolve(folder)}.plan.json`;
}

/** Keeps the Plan beside the Release, so that `publish` later does what was decided then. */
export async function keepPlan(decided: Decided): Promise<void> {
  const path = planFileOf(folderOf(decided));
  await sweepBeside(dirname(path));
  await replaceFile(path, Buffer.from(writePlan(decided.plan)), { mode: 0o644, sync: false });
}

/** The Plan file beside a Release, when there is one. */
export function keptPlan(folder: string): string | undefined {
  const path = planFileOf(folder);
  return existsSync(path) ? path : undefined;
}
