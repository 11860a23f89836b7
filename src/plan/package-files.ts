/** What a package installs: the programs of builds, and what its contents say. */
import type { PackageEntry, PackageText } from "../model/config/packages.ts";
import type { PlannedFile } from "../model/plan.ts";
import type { Platform } from "../model/platform.ts";
import type { Scope } from "../model/template.ts";
import { type NamedStep, selects } from "./deciding.ts";
import { planFiles } from "./files.ts";
import { type ArtifactLookup, lookupAmong } from "./lookup.ts";

/** A program that a build makes. */
export interface Program {
  readonly build: string;
  readonly step: string;
  readonly output: string;
  readonly type: string;
}

/** What a package may install. */
export interface Installing {
  readonly entry: PackageEntry;
  /** Undefined: for every architecture. */
  readonly platform: Platform | undefined;
  readonly programs: readonly Program[];
  /** Whose artifacts `contents` may name. */
  readonly builds: readonly NamedStep[];
}

/** All that is installed: the programs, and what the entry's contents say. */
export function installedFiles(installing: Installing, text: PackageText, scope: Scope): readonly PlannedFile[] {
  return [...programFiles(installing, text, scope), ...contentFiles(installing, text, scope)];
}

/** Programs that `contents` does not name itself. */
function programFiles({ programs, entry }: Installing, text: PackageText, scope: Scope): readonly PlannedFile[] {
  const named = text.contents.flatMap((file) => (file.source === "artifact" ? [file.from] : []));
  const { to, mode, owner, group } = entry.binaries;
  const folder = to?.render(scope) ?? "/usr/bin/";
  return programs
    .filter(({ build, type }) => type === "binary" && !named.some((selector) => selects(selector, build)))
    .map(({ step, output }): PlannedFile => ({
      source: "artifact",
      from: step,
      output,
      to: folder.endsWith("/") ? `${folder}${output}` : folder,
      mode: mode ?? 0o755,
      ...(owner === undefined ? {} : { owner }),
      ...(group === undefined ? {} : { group }),
      place: to?.place ?? entry.place,
    }));
}

function contentFiles({ builds, platform }: Installing, text: PackageText, scope: Scope): readonly PlannedFile[] {
  const ofAll = builds.filter(({ step }) => step.outputs.every((output) => output.platform === undefined));
  // What is for every architecture holds nothing of one, unless it says which.
  const lookup: ArtifactLookup = (selector, targets) =>
    lookupAmong(platform === undefined && targets === undefined ? ofAll : builds, platform)(selector, targets);
  return planFiles(text.contents, scope, lookup).map((file) =>
    file.source === "artifact" && file.to.endsWith("/") ? { ...file, to: `${file.to}${file.output ?? ""}` } : file,
  );
}
