/** A place that the config sends only a part of the Release to cannot be mirrored: says so, and from where it can. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { readRelease } from "../../format/release.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { chosen } from "../../publish/place.ts";
import { releasedFrom } from "../../store/released.ts";
import { stores } from "../../store/table.ts";
import { counted } from "../output/words.ts";
import type { Where } from "../publishing/where.ts";

export interface Incomplete {
  /** Has release.json. */
  readonly folder: string;
  /** The store it came from. */
  readonly name: string;
  readonly where: Where;
  /** Names of what the store does not have, and no registry either. */
  readonly missing: ReadonlySet<string>;
}

/** Does nothing where what is missing should be there. */
export async function refuseLeftOut({ folder, name, where, missing }: Incomplete): Promise<void> {
  if (missing.size === 0) return;
  const path = join(folder, "release.json");
  const text = await onDisk(path, () => readFile(path));
  const artifacts = releasedFrom(readRelease(text.toString("utf8"), "release.json"), text);
  const namesIn = (place: Where["publish"][number]): readonly string[] =>
    chosen(place, { stores, artifacts }).map((artifact) => artifact.name);
  const place = where.publish.find(({ store }) => store === name);
  const there = new Set(place === undefined ? [] : namesIn(place));
  const leftOut = [...missing].filter((each) => !there.has(each)).toSorted();
  const [first = ""] = leftOut;
  if (leftOut.length === 0) return;
  const whole = where.publish.filter((each) => [...missing].every((one) => namesIn(each).includes(one)));
  const others = [...whole.map(({ store }) => store), "the folder it was made in"];
  const more = leftOut.length === 1 ? "" : ` and ${counted(leftOut.length - 1, "other file")}`;
  throw new Problem("usage", `${name} does not have all of the release: the config sends it no ${first}${more}`, {
    place: place?.place,
    expected: "a place that has every file of the release",
    hint: `Mirror from one of: ${others.join(", ")}.`,
  });
}
