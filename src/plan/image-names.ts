/** Every name images will have, and that no two images are to have one of them. */
import type { ImageAttributes, ImageStepOptions } from "../model/image.ts";
import { type Place, Problem } from "../model/problem.ts";
import type { NamedStep } from "./deciding.ts";

/** The digests are known once the image is made. */
export function namesOf({ repositories, tags, platforms }: ImageStepOptions): ImageAttributes["names"] {
  const all = [...tags, ...platforms.flatMap((platform) => platform.tags)];
  return repositories.flatMap((repository) =>
    all.map(({ tag, rolling }) => ({ name: `${repository}:${tag}`, digest: "", rolling })),
  );
}

/** Throws `plan.collision` where one tag of an entry would name the images of two platforms, or one of them and the index. */
export function refuseTwinTags({ tags, platforms, index }: ImageStepOptions, place: Place | undefined): void {
  const owners = new Map<string, string>(index ? tags.map(({ tag }) => [tag, "all platforms"]) : []);
  for (const { platform, tags: own } of platforms)
    for (const { tag } of own) {
      const owner = owners.get(tag);
      if (owner !== undefined)
        throw new Problem("plan.collision", `the tag "${tag}" would stand for ${owner} and for ${platform}`, {
          place,
          hint: "Tell them apart with {{ os }}, {{ arch }} and {{ variant }}.",
        });
      owners.set(tag, platform);
    }
}

/** A Problem for each image that would take a name from one before it. */
export function sharedNames(images: readonly NamedStep[]): readonly Problem[] {
  const owners = new Map<string, NamedStep>();
  return images.flatMap((image): readonly Problem[] => {
    const names = image.step.outputs.flatMap(({ attributes }) => namesIn(attributes));
    const taken = names.find((name) => owners.has(name));
    const owner = owners.get(taken ?? "");
    for (const name of names) if (!owners.has(name)) owners.set(name, image);
    if (taken === undefined || owner === undefined) return [];
    return [
      new Problem("plan.collision", `two images would be called ${taken}: ${owner.name} and ${image.name}`, {
        place: image.step.place,
        hint: "Give one of them another `name`, or other `tags`.",
      }),
    ];
  });
}

function namesIn(attributes: NamedStep["step"]["outputs"][number]["attributes"]): readonly string[] {
  return ((attributes["names"] ?? []) as ImageAttributes["names"]).map(({ name }) => name);
}
