/** Takes an image back: tags that name the newest go back to the image before, its own go away where that can be. */
import type { ManifestBytes } from "../../model/image.ts";
import type { Receipt, Withdrawal } from "../../model/store.ts";
import { isRolling, type Placed } from "./placed.ts";

export interface WithdrawnImage {
  readonly placed: readonly Placed[];
  /** Of the Release that is taken back. */
  readonly version: string;
  readonly withdrawal: Withdrawal;
}

/** Tags that stand for another image by now are left alone; what is called by its digest stays, seen by nobody who asks for a tag. */
export async function withdrawImage({ placed, version, withdrawal }: WithdrawnImage): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  const tagged = placed.filter(({ tag }) => !tag.includes(":"));
  for (const one of [...tagged.filter(isRolling), ...tagged.filter((each) => !isRolling(each))]) {
    const there = await one.target.look(one.tag);
    const { name, digest } = one;
    if (there === undefined) continue;
    if (there !== digest) {
      const why = `it stands for another image: ${there}`;
      receipts.push({ act: "remove", name, digest, outcome: "skipped", why });
      continue;
    }
    const before = isRolling(one) ? await imageBefore(one, placed, { version, withdrawal }) : undefined;
    if (before === undefined) receipts.push(await removed(one));
    else {
      await one.target.tag(one.tag, before);
      const why = `it stands for ${withdrawal.backTo?.version ?? ""} again`;
      receipts.push({ act: "advance", name, digest: before.digest, outcome: "done", why });
    }
  }
  return receipts;
}

/** The image of the version before, under the tag that this one's own has with the other version in it; none for `1.2` before 1.2.0. */
async function imageBefore(
  { target, digest, tag }: Placed,
  placed: readonly Placed[],
  { version, withdrawal: { backTo } }: Pick<WithdrawnImage, "version" | "withdrawal">,
): Promise<ManifestBytes | undefined> {
  if (backTo === undefined || version === "" || !fits(tag, backTo.version)) return undefined;
  for (const own of placed) {
    if (own.target !== target || own.digest !== digest || isRolling(own) || !own.tag.includes(version)) continue;
    const found = await target.source.manifest(own.tag.replaceAll(version, backTo.version));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a tag that rolls may stand for a version: `1` and `v1.2` are of those versions only, `latest` of any. */
function fits(tag: string, version: string): boolean {
  const digits = /^v?(\d+(?:\.\d+)*)(?![\d.])/.exec(tag)?.[1];
  return digits === undefined || `${version}.`.startsWith(`${digits}.`);
}

async function removed({ name, digest, target, tag }: Placed): Promise<Receipt> {
  const receipt = { act: "remove", name, digest } as const;
  const outcome = await target.untag?.(tag);
  if (outcome === "done" || outcome === "already") return { ...receipt, outcome };
  const why = outcome?.refused ?? "tags are not removed there";
  return { ...receipt, outcome: "pending", why: `remove it there by hand: ${why}` };
}
