/** Checks what a package installs as far as it is known before anything runs: destinations and types. */
import { posix } from "node:path";

import { contentFlags, type PackageKind, readContentFlags } from "../model/package.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem, throwIfAny } from "../model/problem.ts";

/** The files with normalized destinations. Throws every Problem found: relative paths, unknown types, two files of one path. */
export function planContents(kind: PackageKind, files: readonly PlannedFile[]): readonly PlannedFile[] {
  const planned = files.filter((file) => !isGhost(file) || kind.flags.includes("ghost"));
  throwIfAny([...planned.flatMap(wrongType), ...planned.flatMap(wrongPath), ...collisions(planned)]);
  return planned;
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
function collisions(files: readonly PlannedFile[]): readonly Problem[] {
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
