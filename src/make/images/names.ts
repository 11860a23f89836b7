/** What an image is to be called in registries, and what `docker load` calls it. */
import type { Digest } from "../../model/artifact.ts";
import type { ImageAttributes, ImageStepOptions, PlannedImage, PlannedTag } from "../../model/image.ts";
import { archIn, parsePlatform } from "../../model/platform.ts";

export type Names = ImageAttributes["names"];

/** Names of the top, then those of each platform's own manifest. `digestOf` knows a platform's. */
export function namesOf(options: ImageStepOptions, top: Digest, digestOf: (target: string) => Digest): Names {
  const of = (tags: readonly PlannedTag[], digest: Digest): Names =>
    options.repositories.flatMap((repository) =>
      tags.map(({ tag, rolling }) => ({ name: `${repository}:${tag}`, digest, rolling })),
    );
  return [...of(options.tags, top), ...options.platforms.flatMap(({ platform, tags }) => of(tags, digestOf(platform)))];
}

/** Docker loads each platform as an image of its own, so each needs its own name. */
export function dockerNames(
  { repositories, tags, platforms }: ImageStepOptions,
  image: PlannedImage,
): readonly string[] {
  const own = image.tags.map(({ tag }) => tag);
  const common = tags.map(({ tag }) => (platforms.length > 1 ? `${tag}-${suffixOf(image.platform)}` : tag));
  const chosen = own.length > 0 ? own : common;
  return repositories.flatMap((repository) => chosen.map((tag) => `${repository}:${tag}`));
}

/** `amd64`, `armv7`, `windows-amd64`. */
function suffixOf(target: string): string {
  const platform = parsePlatform(target);
  return `${platform.os === "linux" ? "" : `${platform.os}-`}${archIn("go", platform)}`;
}
