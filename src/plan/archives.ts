/** Decides `archives`: for each entry, target and format one Step that packs binaries and files. */
import { posix } from "node:path";

import { valueFor } from "../model/byTarget.ts";
import type { ArchiveEntry, Selector } from "../model/config.ts";
import type { ArchiveKind } from "../model/kind.ts";
import { executableSuffix, formatPlatform, samePlatform, type Platform } from "../model/platform.ts";
import type { PlannedFile, PlannedStep } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { JsonObject } from "../model/json.ts";
import type { Scope } from "../model/template.ts";
import { attempt, matchesName, renderEnv, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { planFiles } from "./files.ts";
import { narrowedTo } from "./targets.ts";

/** A binary that may go into an archive. */
interface Member {
  readonly build: string;
  readonly step: string;
  readonly output: string;
}

/** What an archive step is told; `make/archives` reads it. */
export interface ArchiveOptions extends JsonObject {
  readonly folder: string;
  readonly members: readonly MemberOptions[];
  readonly files: readonly JsonObject[];
}

interface MemberOptions extends JsonObject {
  readonly step: string;
  readonly output: string;
  readonly to: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

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
  const chosen = chooseBuilds(entry, builds);
  if (entry.from?.length === 0) return archivesOf(deciding, entry, undefined, [], builds, before);
  if (chosen.length === 0) return nothingChosen(deciding, entry, builds);
  return platformsOf(chosen)
    .filter((platform) => platform === undefined || narrowedTo(entry.for, platform))
    .flatMap((platform) => {
      const members = chosen.flatMap(({ name, step }) =>
        step.outputs
          .filter((output) => samePlatform(output.platform, platform))
          .map((output): Member => ({ build: name, step: step.id, output: output.name })),
      );
      return attempt(deciding, entry.place, () => archivesOf(deciding, entry, platform, members, builds, before)) ?? [];
    });
}

function nothingChosen(deciding: Deciding, entry: ArchiveEntry, builds: readonly NamedStep[]): readonly NamedStep[] {
  // Builds that `when`, --target or --skip took away take their archives along: that is no mistake in the entry.
  const known =
    entry.from === undefined ||
    entry.from.some((selector) => builds.some((build) => matchesName(selector.name, build.name)));
  const all = new Set(
    deciding.config.builds.map(
      (build) =>
        attempt(deciding, build.place, () => build.name?.render(deciding.vocabulary.base)) ??
        deciding.config.project.name,
    ),
  );
  const declared =
    known || (entry.from ?? []).some((selector) => [...all].some((name) => matchesName(selector.name, name)));
  if (declared || entry.optional) {
    deciding.skipped.push({ what: entry.path, why: "none of its builds is made in this run" });
    return [];
  }
  throw new Problem(
    "plan.empty",
    `from: no build is called ${(entry.from ?? []).map(({ name }) => `"${name}"`).join(" or ")}`,
    {
      place: entry.from?.[0]?.place ?? entry.place,
      expected: `one of ${[...all].join(", ")}`,
      hint: "write `from: []` for an archive of files only",
    },
  );
}

function chooseBuilds(entry: ArchiveEntry, builds: readonly NamedStep[]): readonly NamedStep[] {
  const packable = builds.filter(({ step }) => step.outputs.some((output) => !output.listed));
  const { from } = entry;
  if (from === undefined) return packable;
  return packable.filter(({ name }) => from.some((selector) => selects(selector, name)));
}

function selects(selector: Selector, name: string): boolean {
  return (selector.section === undefined || selector.section === "build") && matchesName(selector.name, name);
}

function platformsOf(builds: readonly NamedStep[]): readonly (Platform | undefined)[] {
  const platforms: (Platform | undefined)[] = [];
  for (const { step } of builds) {
    for (const { platform } of step.outputs) {
      if (!platforms.some((other) => samePlatform(other, platform))) platforms.push(platform);
    }
  }
  return platforms;
}

function archivesOf(
  deciding: Deciding,
  entry: ArchiveEntry,
  platform: Platform | undefined,
  members: readonly Member[],
  builds: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  const formats = valueFor(entry.format, platform) ?? [];
  if (formats.length === 0) {
    throw new Problem(
      "plan.invalid",
      `no format for ${platform === undefined ? "this archive" : formatPlatform(platform)}`,
      { place: entry.place, hint: "add `default:` to format" },
    );
  }
  return formats.flatMap((name) => {
    const format = deciding.kinds.archives.get(name);
    if (format === undefined) {
      throw new Problem("plan.invalid", `unknown archive format "${name}"`, {
        place: entry.place,
        expected: `one of ${[...deciding.kinds.archives.keys()].join(", ")}`,
      });
    }
    if (!format.single) return [archiveOf(deciding, entry, format, platform, members, builds, before)];
    // A format that holds one file makes one artifact of each binary.
    if (members.length === 0)
      throw new Problem("plan.empty", `${name} holds one binary, and this entry has none`, { place: entry.place });
    return members.map((member) => archiveOf(deciding, entry, format, platform, [member], builds, before));
  });
}

function archiveOf(
  deciding: Deciding,
  entry: ArchiveEntry,
  format: ArchiveKind,
  platform: Platform | undefined,
  members: readonly Member[],
  builds: readonly NamedStep[],
  before: readonly string[],
): NamedStep {
  const base = platform === undefined ? deciding.vocabulary.base : deciding.vocabulary.forTarget(platform);
  const program = members.length === 1 && members[0] !== undefined ? members[0] : undefined;
  const binary = program === undefined ? deciding.config.project.name : withoutSuffix(program.output, platform);
  const scope: Scope = {
    ...base,
    binary,
    format: format.kind,
    ext: format.extension,
    build: program?.build ?? deciding.config.project.name,
  };
  const name = entry.name?.render(format.single ? { ...scope, name: binary } : scope).trim() ?? "";
  if (name === "" || name.includes("/") || name === "." || name === "..") {
    throw new Problem("plan.invalid", `"${name}" cannot be the name of an archive`, {
      place: entry.name?.place ?? entry.place,
      expected: "a file name without extension",
    });
  }
  const suffix = format.makes === "binary" && platform !== undefined ? executableSuffix(platform) : "";
  const folder = (entry.folder === undefined ? undefined : valueFor(entry.folder, platform))?.render(scope) ?? "";
  const files = format.single ? [] : planFiles(entry.files, scope, (selector) => outputsOf(selector, builds, platform));
  const fileName = `${name}${suffix}${format.extension}`;
  const options: ArchiveOptions = {
    folder,
    members: members.map((member) => memberOptions(entry, member, scope, platform)),
    files: files.map((file) => JSON.parse(JSON.stringify(file)) as JsonObject),
  };
  const step: PlannedStep = {
    id: `archive/${fileName}`,
    section: "archives",
    kind: format.kind,
    title: fileName,
    needs: [
      ...new Set([...(members.length === 0 ? before : members.map((member) => member.step)), ...artifactSteps(files)]),
    ],
    options,
    env: renderEnv(entry.env, scope),
    outputs: [
      {
        name: fileName,
        type: format.makes,
        platform,
        listed: true,
        contains: options.members.map((member) => ({
          path: format.makes === "binary" ? fileName : posix.join(folder, member.to),
          step: member.step,
          output: member.output,
        })),
        attributes: {
          archive: name,
          format: format.kind,
          builds: [...new Set(members.map((member) => member.build))],
          binaries: members.map((member) => member.output),
        },
      },
    ],
    place: entry.place,
  };
  return { section: "archive", name, step };
}

function memberOptions(
  entry: ArchiveEntry,
  member: Member,
  scope: Scope,
  platform: Platform | undefined,
): MemberOptions {
  const { to, mode, owner, group } = entry.binaries;
  const rendered = to?.render({ ...scope, binary: withoutSuffix(member.output, platform), build: member.build }) ?? "";
  const path = rendered === "" ? member.output : rendered.endsWith("/") ? `${rendered}${member.output}` : rendered;
  return {
    step: member.step,
    output: member.output,
    to: path,
    mode: mode ?? 0o755,
    owner: owner ?? "root",
    group: group ?? "root",
  };
}

function withoutSuffix(output: string, platform: Platform | undefined): string {
  const suffix = platform === undefined ? "" : executableSuffix(platform);
  return suffix !== "" && output.endsWith(suffix) ? output.slice(0, -suffix.length) : output;
}

function outputsOf(
  selector: Selector,
  builds: readonly NamedStep[],
  platform: Platform | undefined,
): readonly { step: string; output: string }[] {
  return builds
    .filter(({ name }) => selects(selector, name))
    .flatMap(({ step }) =>
      step.outputs
        .filter(
          (output) =>
            platform === undefined || output.platform === undefined || samePlatform(output.platform, platform),
        )
        .map((output) => ({ step: step.id, output: output.name })),
    );
}

function artifactSteps(files: readonly PlannedFile[]): readonly string[] {
  return files.filter((file) => file.source === "artifact").map((file) => file.from);
}
