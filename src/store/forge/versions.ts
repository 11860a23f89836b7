/** Which of a forge's releases are later versions of the same thing: `latest` never moves back by itself. */
import { isLater } from "../image-version.ts";

/** How tags of this Release's kind are written: what stands before the version. Undefined where the tag does not end in it. */
export function tagPrefix(tag: string, version: string): string | undefined {
  return version !== "" && tag.endsWith(version) ? tag.slice(0, -version.length) : undefined;
}

/** The tag of a version after this one among others written alike, `v2.0.0` for `v1.9.1`; undefined where there is none. */
export function laterTag(
  tags: readonly string[],
  { tag, version }: { tag: string; version: string },
): string | undefined {
  const prefix = tagPrefix(tag, version);
  if (prefix === undefined) return undefined;
  return tags.find((other) => other.startsWith(prefix) && isLater(other.slice(prefix.length), version));
}
