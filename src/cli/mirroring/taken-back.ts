/** A release that was taken back is not brought to more places. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { readRelease } from "../../format/release.ts";
import { onDisk } from "../../model/disk.ts";
import type { PublishPlan } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { chosen } from "../../publish/place.ts";
import { readRecord } from "../../store/folder/record.ts";
import type { StoreContext } from "../../store/kind.ts";
import { releasedFrom } from "../../store/released.ts";
import { stores } from "../../store/table.ts";

export interface Fetched {
  /** Has release.json. */
  readonly folder: string;
  /** Where it came from. */
  readonly place: PublishPlan;
  readonly context: StoreContext;
}

/** Asks the place itself. Fails with `store.conflict`. */
export async function refuseTakenBack({ folder, place, context }: Fetched): Promise<void> {
  const path = join(folder, "release.json");
  const text = await onDisk(path, () => readFile(path));
  const listed = releasedFrom(readRelease(text.toString("utf8"), "release.json"), text);
  const artifacts = chosen(place, { stores, artifacts: listed });
  const store = await stores.get(place.kind)?.open(place.options, { ...context, artifacts });
  try {
    const state = await store?.state?.();
    if (state?.visibility === "withdrawn") throw takenBack(store?.where ?? "", state.why ?? "");
  } finally {
    await store?.close();
  }
}

/** The same of a folder, by the record beside it. */
export async function refuseFolderTakenBack(folder: string): Promise<void> {
  const { digest } = await digestOfFile(join(folder, "release.json"));
  const record = await readRecord(folder, digest, []);
  if (record !== undefined) throw takenBack(`folder ${folder}`, record.why);
}

function takenBack(where: string, why: string): Problem {
  return new Problem("store.conflict", `this release was taken back from ${where}: ${why}`, {
    hint: "Mirror a later version: what was taken back is not brought anywhere else.",
  });
}
