/** What a commit changes in a branch that may have moved meanwhile. */
import { Problem } from "../../model/problem.ts";
import { laterWords } from "../later.ts";
import { changeOf, isSame } from "./files.ts";
import { laterIn } from "./later.ts";
import type { GitPlace } from "./place.ts";
import type { Oid, TreeFile } from "./repository.ts";

interface Changing {
  readonly parent: Oid | undefined;
  readonly files: ReadonlyMap<string, Omit<TreeFile, "path">>;
  /** Filled with what stays as it is, since a later version was faster. */
  readonly kept: Map<string, string>;
}

/** What is committed over `parent`: all but what a later version put there. Fails with `store.conflict` where `existing` refuses other bytes. */
export async function changeFor(place: GitPlace, { parent, files, kept }: Changing) {
  if (place.decided.existing === "refuse" && parent !== undefined)
    for (const [path, file] of files) {
      const there = await place.opened.repository.entry(parent, path);
      if (there !== undefined && !isSame(there, file))
        throw new Problem("store.conflict", `${path} was changed by somebody else meanwhile`, {
          hint: "Look who did it, or say `existing: replace` for that store.",
        });
    }
  for (const [path, version] of await laterIn(place, parent, files)) kept.set(path, laterWords(version));
  const moving = new Map([...files].filter(([path]) => !kept.has(path)));
  return changeOf(place, parent, moving, kept);
}
