/** How far images are in their places: under their tags, under their digests alone, or not at all. */
import type { StoreState } from "../../model/store.ts";
import { eachOf } from "../each.ts";
import { isRolling, type Placed } from "./placed.ts";

/** Of names that never move by themselves; undefined where there are none to tell it by. */
export async function stateOfImages(placed: readonly Placed[]): Promise<StoreState | undefined> {
  const fixed = placed.filter((each) => !isRolling(each));
  const missing: string[] = [];
  const other: string[] = [];
  await eachOf(fixed, 8, async ({ name, digest, target, tag }) => {
    const there = await target.look(tag);
    if (there === undefined) missing.push(name);
    else if (there !== digest) other.push(name);
  });
  if (placed.length === 0) return undefined;
  if (fixed.length > 0 && missing.length + other.length === 0) return { visibility: "published" };
  const absent = [...missing.toSorted(), ...other.toSorted().map((name) => `${name}, which is another image`)];
  if (fixed.length > missing.length + other.length)
    return { visibility: "partial", why: `not there: ${absent.join("; ")}` };
  if (!(await allThere(placed)))
    return { visibility: "absent", ...(other.length === 0 ? {} : { why: absent.join("; ") }) };
  return { visibility: fixed.length === 0 ? "published" : "staged" };
}

async function allThere(placed: readonly Placed[]): Promise<boolean> {
  for (const { target, digest } of placed) if (!(await target.has(digest))) return false;
  return true;
}
