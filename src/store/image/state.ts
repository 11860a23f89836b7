/** How far images are in their places: under their tags, under their digests alone, or not at all. */
import type { StoreState } from "../../model/store.ts";
import { eachOf } from "../each.ts";
import { isRolling, type Placed } from "./placed.ts";

/** Told by names that never move by themselves; undefined where there is nothing to tell it by. What is called by its digest is seen under no tag. */
export async function stateOfImages(placed: readonly Placed[]): Promise<StoreState | undefined> {
  if (placed.length === 0) return undefined;
  const isByDigest = ({ tag }: Placed): boolean => tag.includes(":");
  const tags = placed.filter((each) => !isRolling(each) && !isByDigest(each));
  const { missing, other } = await lookAt(tags);
  const absent = [...missing, ...other.map((name) => `${name}, which is another image`)];
  if (tags.length > 0 && tags.length > absent.length) {
    const gone = [...absent, ...(await lookAt(placed.filter(isByDigest))).missing];
    return gone.length === 0
      ? { visibility: "published" }
      : { visibility: "partial", why: `not there: ${gone.join("; ")}` };
  }
  if (await allThere(placed)) return { visibility: tags.length === 0 ? "published" : "staged" };
  return { visibility: "absent", ...(other.length === 0 ? {} : { why: absent.join("; ") }) };
}

interface Looked {
  /** Sorted, both. */
  readonly missing: readonly string[];
  readonly other: readonly string[];
}

async function lookAt(placed: readonly Placed[]): Promise<Looked> {
  const missing: string[] = [];
  const other: string[] = [];
  await eachOf(placed, 8, async ({ name, digest, target, tag }) => {
    const there = await target.look(tag);
    if (there === undefined) missing.push(name);
    else if (there !== digest) other.push(name);
  });
  return { missing: missing.toSorted(), other: other.toSorted() };
}

async function allThere(placed: readonly Placed[]): Promise<boolean> {
  for (const { target, digest } of placed) if (!(await target.has(digest))) return false;
  return true;
}
