/** The names of an image in one store, and where there they are. */
import type { ImageArchive } from "../../format/oci/archive.ts";
import type { Artifact, Digest } from "../../model/artifact.ts";
import type { ManifestBytes } from "../../model/image.ts";
import { eachOf } from "../each.ts";
import type { ImageName } from "../image-names.ts";
import { canRefuse, decideTag, type Existing } from "../image-tag.ts";
import type { ImageTarget } from "../image-target.ts";

/** One name of an image, and where that is. */
export interface Placed extends ImageName {
  readonly target: ImageTarget;
  readonly tag: string;
}

/** Where an image of a name goes, and what it is called there where that is another name; undefined: elsewhere. */
export type PlaceOf = (
  name: string,
) => { readonly target: ImageTarget; readonly tag: string; readonly name?: string } | undefined;

/** An image that was put: its archive on this machine, and its names here. */
export interface HeldImage {
  readonly artifact: Artifact;
  readonly path: string;
  readonly archive: ImageArchive;
  readonly placed: readonly Placed[];
}

/** Whether it always names the newest: such names move last. */
export function isRolling({ rolling }: Pick<Placed, "rolling">): boolean {
  return rolling !== "";
}

/** Each target with the manifests or indexes that have names in it; where the top of the archive has one, that is all of it. */
export function rootsByTarget({ archive, placed }: HeldImage): ReadonlyMap<ImageTarget, readonly ManifestBytes[]> {
  const roots = new Map<ImageTarget, readonly ManifestBytes[]>();
  for (const target of new Set(placed.map((each) => each.target))) {
    const digests = new Set(placed.flatMap((each) => (each.target === target ? [each.digest] : [])));
    const { digest: top } = archive.top;
    const named = digests.has(top) ? [top] : [...digests];
    roots.set(
      target,
      named.flatMap((digest) => archive.manifests.get(digest) ?? []),
    );
  }
  return roots;
}

/** Two names of one image can be the same tag here, such as those of two registries in one layout. */
export function unique(names: readonly ImageName[], place: PlaceOf): readonly Placed[] {
  const seen = new Map<ImageTarget, Map<string, Digest>>();
  return names.flatMap((name): readonly Placed[] => {
    const found = place(name.name);
    if (found === undefined) return [];
    const tags = seen.get(found.target) ?? new Map<string, Digest>();
    seen.set(found.target, tags);
    if (tags.get(found.tag) === name.digest) return [];
    tags.set(found.tag, name.digest);
    return [{ ...name, ...found }];
  });
}

/** Why two images of one release cannot both have their names; undefined where they can. Notes those of the one that is looked at. */
export function clash(placed: readonly Placed[], claimed: Placed[]): string | undefined {
  const isSame = (one: Placed, other: Placed): boolean => one.target === other.target && one.tag === other.tag;
  for (const one of placed) {
    const other = claimed.find((each) => isSame(each, one) && each.digest !== one.digest);
    if (other !== undefined) return `${one.name} and ${other.name} would both be ${one.tag} in ${one.target.where}`;
  }
  claimed.push(...placed);
  return undefined;
}

/** Why a name cannot be moved, the first of them; undefined where all can. */
export async function firstRefusal(placed: readonly Placed[], existing: Existing): Promise<string | undefined> {
  const refusals: string[] = [];
  await eachOf(
    placed.filter((each) => canRefuse(each, existing)),
    4,
    async (each) => {
      const decision = await decideTag(each, existing);
      if (decision.act === "refuse") refusals.push(decision.why);
    },
  );
  return refusals.toSorted()[0];
}
