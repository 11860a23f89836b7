/** Where a Release lies on this machine, and the Plan that made it beside. */
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { onDisk } from "../model/disk.ts";
import { writePlan } from "../plan/file.ts";
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
  const beside = `${path}.slipway-${process.pid}.tmp`;
  await onDisk(path, async () => {
    await writeFile(beside, writePlan(decided.plan));
    await rename(beside, path);
  });
}

/** The Plan file beside a Release, when there is one. */
export function keptPlan(folder: string): string | undefined {
  const path = planFileOf(folder);
  return existsSync(path) ? path : undefined;
}
