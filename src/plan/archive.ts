/** Decides one archive: its name, its members, and the Step that packs it. */
import type { ArchiveMember, ArchiveStepOptions } from "../model/archive.ts";
import { posix } from "node:path";

import { valueFor } from "../model/byTarget.ts";
import type { ArchiveEntry } from "../model/config/archives.ts";
import { plain } from "../model/json.ts";
import type { ArchiveKind } from "../model/kind.ts";
import { staysInside } from "../model/name.ts";
import { executableSuffix, type Platform } from "../model/platform.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Scope } from "../model/template.ts";
import { renderEnv, type Deciding, type NamedStep } from "./deciding.ts";
import { planFiles } from "./files.ts";
import { lookupAmong } from "./lookup.ts";

/** A binary that goes into an archive. */
export interface Member {
  readonly build: string;
  readonly step: string;
  readonly output: string;
}

export interface ArchiveRequest {
  readonly deciding: Deciding;
  readonly entry: ArchiveEntry;
  readonly platform: Platform | undefined;
  readonly members: readonly Member[];
  /** Whose artifacts `files` may name. */
  readonly builds: readonly NamedStep[];
  /** Steps that run ahead of everything. */
  readonly before: readonly string[];
}

/** The Step of one archive in one format. */
export function decideArchive(request: ArchiveRequest, format: ArchiveKind): NamedStep {
  const { entry, platform, members, before } = request;
  const scope = scopeOf(request, format);
  const name = nameOf(entry, format, scope);
  const suffix = format.makes === "binary" && platform !== undefined ? executableSuffix(platform) : "";
  const fileName = `${name}${suffix}${format.extension}`;
  const files = format.single ? [] : planFiles(entry.files, scope, lookupAmong(request.builds, platform));
  const options: ArchiveStepOptions = {
    folder: folderOf(entry, scope, platform),
    members: members.map((member) => memberOptions(entry, member, scope, platform)),
    files: files.map(plain),
  };
  const made = members.length === 0 ? before : members.map((member) => member.step);
  return {
    section: "archive",
    name,
    step: {
      id: `archive/${fileName}`,
      section: "archives",
      kind: format.kind,
      title: fileName,
      needs: [...new Set([...made, ...artifactSteps(files)])],
      options,
      env: renderEnv(entry.env, scope),
      outputs: [
        {
          name: fileName,
          type: format.makes,
          platform,
          listed: true,
          contains: options.members.map((member) => ({
            path: format.makes === "binary" ? fileName : posix.join(options.folder, member.to),
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
    },
  };
}

/** An archive of one program is named for it. */
function scopeOf({ deciding, platform, members }: ArchiveRequest, format: ArchiveKind): Scope {
  const base = platform === undefined ? deciding.vocabulary.base : deciding.vocabulary.forTarget(platform);
  const project = deciding.config.project.name;
  const [program, other] = members;
  const only = other === undefined ? program : undefined;
  return {
    ...base,
    binary: only === undefined ? project : withoutSuffix(only.output, platform),
    format: format.kind,
    ext: format.extension,
    build: only?.build ?? project,
  };
}

function nameOf(entry: ArchiveEntry, format: ArchiveKind, scope: Scope): string {
  const name = entry.name?.render(format.single ? { ...scope, name: scope["binary"] } : scope).trim() ?? "";
  if (name !== "" && !name.includes("/") && name !== "." && name !== "..") return name;
  throw new Problem("plan.invalid", `"${name}" cannot be the name of an archive`, {
    place: entry.name?.place ?? entry.place,
    expected: "a file name without extension",
  });
}

function folderOf(entry: ArchiveEntry, scope: Scope, platform: Platform | undefined): string {
  const template = entry.folder === undefined ? undefined : valueFor(entry.folder, platform);
  const folder = posix.normalize(template?.render(scope) ?? "");
  if (folder === "." || folder === "./") return "";
  if (staysInside(folder)) return folder;
  throw new Problem("plan.invalid", `"${folder}" cannot be the folder of an archive`, {
    place: template?.place ?? entry.place,
    expected: "a path that stays inside the archive",
  });
}

function memberOptions(
  entry: ArchiveEntry,
  member: Member,
  scope: Scope,
  platform: Platform | undefined,
): ArchiveMember {
  const { to, mode, owner, group } = entry.binaries;
  const rendered = to?.render({ ...scope, binary: withoutSuffix(member.output, platform), build: member.build }) ?? "";
  const path = rendered === "" ? member.output : rendered.endsWith("/") ? `${rendered}${member.output}` : rendered;
  if (!staysInside(posix.normalize(path)))
    throw new Problem("plan.invalid", `"${path}" leads out of the archive`, { place: to?.place ?? entry.place });
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

function artifactSteps(files: readonly PlannedFile[]): readonly string[] {
  return files.filter((file) => file.source === "artifact").map((file) => file.from);
}
