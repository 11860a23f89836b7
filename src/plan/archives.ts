/** Decides `archives`: for each entry, target and format one Step that packs binaries and files. */
import { valueFor } from "../model/byTarget.ts";
import type { ArchiveEntry } from "../model/config/archives.ts";
import type { ArchiveKind } from "../model/kind.ts";
import { formatPlatform, samePlatform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import { decideArchive, type ArchiveRequest, type Member } from "./archive.ts";
import { chooseBuilds, nothingChosen, platformsOf } from "./choose-builds.ts";
import { attempt, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { narrowedTo } from "./targets.ts";

export function decideArchives(
  deciding: Deciding,
  builds: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  if (deciding.skip.has("archives")) return [];
  return deciding.config.archives.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, builds, before)) ?? [],
  );
}

function decideEntry(
  deciding: Deciding,
  entry: ArchiveEntry,
  builds: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  if (!wanted(deciding, entry)) return [];
  const chosen = chooseBuilds(entry.from, builds);
  if (entry.from?.length === 0)
    return archivesOf({ deciding, entry, platform: undefined, members: [], builds, before });
  if (chosen.length === 0) return nothingChosen(deciding, entry, builds);
  const platforms = platformsOf(chosen).filter((platform) => platform === undefined || narrowedTo(entry.for, platform));
  if (platforms.length === 0) return noneLetIn(deciding, entry, chosen);
  return platforms.flatMap((platform) => {
    const members = chosen.flatMap(({ name, step }) =>
      step.outputs
        .filter((output) => samePlatform(output.platform, platform))
        .map((output): Member => ({ build: name, step: step.id, output: output.name })),
    );
    return (
      attempt(deciding, entry.place, () => archivesOf({ deciding, entry, platform, members, builds, before })) ?? []
    );
  });
}

/** An entry whose `for` lets none of its builds' targets in. Where this run makes only some builds, that is no mistake. */
function noneLetIn(deciding: Deciding, entry: ArchiveEntry, chosen: readonly NamedStep[]): readonly NamedStep[] {
  const isPart = deciding.targets !== undefined || deciding.skipped.some(({ what }) => what.startsWith("builds["));
  if (isPart || entry.optional) {
    deciding.skipped.push({ what: entry.path, why: "none of its targets is made in this run" });
    return [];
  }
  const made = platformsOf(chosen).flatMap((platform) => (platform === undefined ? [] : [formatPlatform(platform)]));
  throw new Problem("plan.empty", "for: no build is for such a target", {
    place: entry.for?.[0]?.place ?? entry.place,
    expected: `a pattern that fits one of ${made.join(", ")}`,
    hint: "write `optional: true` if it may be missing",
  });
}

/** One archive per format; a format that holds one file makes one of each binary. */
function archivesOf(request: ArchiveRequest): readonly NamedStep[] {
  const { deciding, entry, platform, members } = request;
  const formats = valueFor(entry.format, platform) ?? [];
  if (formats.length === 0) {
    throw new Problem(
      "plan.invalid",
      `no format for ${platform === undefined ? "this archive" : formatPlatform(platform)}`,
      { place: entry.place, hint: "add `default:` to format" },
    );
  }
  return formats.flatMap((name) => {
    const format = formatCalled(name, deciding, entry);
    if (!format.single) return [decideArchive(request, format)];
    if (members.length === 0)
      throw new Problem("plan.empty", `${name} holds one binary, and this entry has none`, { place: entry.place });
    return members.map((member) => decideArchive({ ...request, members: [member] }, format));
  });
}

function formatCalled(name: string, { kinds }: Deciding, entry: ArchiveEntry): ArchiveKind {
  const format = kinds.archives.get(name);
  if (format !== undefined) return format;
  throw new Problem("plan.invalid", `unknown archive format "${name}"`, {
    place: entry.place,
    expected: `one of ${[...kinds.archives.keys()].join(", ")}`,
  });
}
