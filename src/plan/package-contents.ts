/** Checks what a package installs as far as it is known before anything runs: destinations and types. */
import { posix } from "node:path";

import { neededTarget } from "../model/links.ts";
import { contentFlags, readContentFlags } from "../model/package.ts";
import type { PackageKind } from "../model/package-kind.ts";
import type { PlannedFile } from "../model/plan.ts";
import type { Facts } from "../model/facts.ts";
import { type Place, Problem, throwIfAny } from "../model/problem.ts";

/**
 * The files that the kind's packages can hold. Throws every Problem found: unknown types, relative paths, two files of one path,
 * links to nowhere, and files that are not there.
 */
export function planContents(
  { absent }: Pick<Facts, "absent">,
  kind: PackageKind,
  files: readonly PlannedFile[],
): readonly PlannedFile[] {
  const planned = files.filter((file) => !isGhost(file) || kind.flags.includes("ghost"));
  const missing = planned.filter(
    ({ source, from, optional }) => source === "glob" && optional !== true && absent.includes(from),
  );
  throwIfAny([
    ...planned.flatMap(wrongType),
    ...planned.flatMap(wrongPath),
    ...collisions(planned),
    ...planned.flatMap((file) => leadsNowhere(file, planned)),
    ...missing.map(({ from, place }) => missingFile(from, place)),
  ]);
  return planned;
}

/** What is said of a file of the project that is not there and that nothing would make. */
export function missingFile(path: string, place: Place | undefined): Problem {
  return new Problem("file.missing", `${path} is not there`, {
    place,
    hint: "Where something makes it before it is packed, add it to .gitignore.",
  });
}

function isGhost(file: PlannedFile): boolean {
  return readContentFlags(file.type)?.has("ghost") ?? false;
}

function wrongType({ type, place }: PlannedFile): readonly Problem[] {
  if (readContentFlags(type) !== undefined) return [];
  return [
    new Problem("plan.invalid", `type: "${type ?? ""}" says nothing to a package manager`, {
      place,
      expected: `one of ${contentFlags.join(", ")}, several joined by |: config|noreplace`,
    }),
  ];
}

function wrongPath({ to, place }: PlannedFile): readonly Problem[] {
  if (to.startsWith("/") && posix.normalize(to) !== "/") return [];
  return [
    new Problem("plan.invalid", `${to === "" ? "a file of a package" : `"${to}"`} has no place on the machine`, {
      place,
      expected: "an absolute path in `to`, such as /usr/share/doc/tool/README.md",
    }),
  ];
}

/** Of what is no pattern: what those match is known when the Step runs. */
export function collisions(files: readonly PlannedFile[]): readonly Problem[] {
  const taken = new Map<string, PlannedFile>();
  const problems: Problem[] = [];
  for (const file of files) {
    if (file.to.endsWith("/") || (file.source === "glob" && /[*?[{]/.test(file.from))) continue;
    const path = posix.normalize(file.to);
    const other = taken.get(path);
    if (other !== undefined)
      problems.push(
        new Problem("plan.collision", `two files would be installed as ${path}`, {
          place: file.place,
          hint: other.place === undefined ? undefined : `the other is at line ${other.place.line}`,
        }),
      );
    taken.set(path, file);
  }
  return problems;
}

/** A link to what the package will not bring, whatever its patterns match. */
function leadsNowhere(link: PlannedFile, files: readonly PlannedFile[]): readonly Problem[] {
  if (link.source !== "link" || link.optional === true) return [];
  const target = neededTarget(posix.normalize(link.to), link.from);
  if (target === undefined || files.some((file) => mayBring(file, target))) return [];
  return [
    new Problem("plan.invalid", `${link.to} would lead to ${target}, which the package does not bring`, {
      place: link.place,
      hint: "Correct `link`, or write `optional: true` where another package brings it.",
    }),
  ];
}

/** Whether a file may be installed at a path, or beneath it. */
function mayBring({ source, to }: PlannedFile, path: string): boolean {
  const at = posix.normalize(to).replace(/\/$/, "");
  return at === path || at.startsWith(`${path}/`) || (source === "glob" && path.startsWith(`${at}/`));
}
