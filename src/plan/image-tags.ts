/** Decides what an image is called: tags of the release, of one platform, and those that roll. */
import type { ImageEntry } from "../model/config/images.ts";
import type { Facts } from "../model/facts.ts";
import type { PlannedTag } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { isTag } from "../model/reference.ts";
import type { Scope, Template } from "../model/template.ts";

/** Names that differ by platform: a tag with one of them names the image of one platform. */
const ofPlatform: ReadonlySet<string> = new Set([
  "os",
  "arch",
  "variant",
  "target",
  "platform",
  "ext",
  "amd64",
  "i386",
  "arm",
  "arm64",
  "mips",
  "ppc64",
  "riscv64",
]);

/** Tags of the image as a whole. One that renders empty is left out. Throws `plan.invalid` at one that is none. */
export function tagsOfAll(entry: ImageEntry, facts: Facts, scope: Scope): readonly PlannedTag[] {
  const tags = tagsFor(entry, facts).flatMap((tag): readonly PlannedTag[] => {
    if (tag === "rolling") return rollingTags(facts);
    return isOfPlatform(tag) ? [] : planned(tag, facts, scope);
  });
  return withoutTwins(tags);
}

/** Tags of one platform's image. */
export function tagsOfPlatform(entry: ImageEntry, facts: Facts, scope: Scope): readonly PlannedTag[] {
  const own = tagsFor(entry, facts).filter((tag): tag is Template => tag !== "rolling" && isOfPlatform(tag));
  return withoutTwins(own.flatMap((tag) => planned(tag, facts, scope)));
}

function tagsFor({ tags }: ImageEntry, { isSnapshot, isNightly }: Facts): readonly (Template | "rolling")[] {
  if (isNightly) return tags.nightly;
  return isSnapshot ? tags.snapshot : tags.release;
}

function isOfPlatform({ roots }: Template): boolean {
  return roots.some((root) => ofPlatform.has(root));
}

function planned(template: Template, facts: Facts, scope: Scope): readonly PlannedTag[] {
  const tag = template.render(scope).trim();
  if (tag === "") return [];
  if (!isTag(tag))
    throw new Problem("plan.invalid", `"${tag}" cannot be a tag`, {
      place: template.place,
      expected: "up to 128 letters, digits, dots, dashes and underscores",
      ...(tag.includes("+") ? { hint: "A plus cannot stand in it: {{ version | replace: '+', '-' }}" } : {}),
    });
  if (tag !== "latest" || facts.isSnapshot || facts.isNightly) return [{ tag, rolling: "" }];
  return isLatest(facts, () => true) ? [{ tag, rolling: facts.version.rawVersion }] : [];
}

/**
 * X.Y, X and latest of a final release, as far as no later release has them: a maintenance release of 1.2 leaves `1` and
 * `latest` where they are. Before 1.0.0 nothing is `latest`.
 */
function rollingTags(facts: Facts): readonly PlannedTag[] {
  const { major, minor, rawVersion } = facts.version;
  if (facts.isSnapshot || facts.isNightly) return [];
  const tags = [
    { tag: `${major}.${minor}`, isLast: isLatest(facts, ([x, y]) => x === major && y === minor) },
    { tag: `${major}`, isLast: isLatest(facts, ([x]) => x === major) },
    { tag: "latest", isLast: major >= 1 && isLatest(facts, () => true) },
  ];
  return tags.filter(({ isLast }) => isLast).map(({ tag }) => ({ tag, rolling: rawVersion }));
}

/** Whether this is a final release, and no other among those that count is later. */
function isLatest({ version, git }: Facts, counts: (version: readonly number[]) => boolean): boolean {
  if (version.prerelease !== "") return false;
  const own = [version.major, version.minor, version.patch];
  return git.releasedVersions
    .map((text) => text.split("+", 1).join("").split(".").map(Number))
    .filter(counts)
    .every((other) => !isLater(other, own));
}

function isLater(a: readonly number[], b: readonly number[]): boolean {
  const first = a.findIndex((part, index) => part !== b[index]);
  return first >= 0 && (a[first] ?? 0) > (b[first] ?? 0);
}

function withoutTwins(tags: readonly PlannedTag[]): readonly PlannedTag[] {
  return tags.filter(({ tag }, index) => tags.findIndex((other) => other.tag === tag) === index);
}
