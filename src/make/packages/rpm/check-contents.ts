/** What rpm would refuse in the files of a package, or silently change. */
import type { PlannedFile } from "../../../model/plan.ts";
import { type Place, Problem, throwIfAny } from "../../../model/problem.ts";

/** Fails with `plan.invalid` on prefixes that are no absolute folders, files outside of all of them, and owners that are no names. */
export function checkContents(contents: readonly PlannedFile[], prefixes: readonly string[], place: Place): void {
  throwIfAny([
    ...prefixes.filter((prefix) => !/^\/.*[^/]$/.test(prefix)).map((prefix) => wrongPrefix(prefix, place)),
    ...contents.flatMap((file) => flawsOf(file, prefixes, file.place ?? place)),
  ]);
}

function flawsOf({ to, owner, group }: PlannedFile, prefixes: readonly string[], place: Place): readonly Problem[] {
  return [
    ...outsideOf(to.replace(/\/+$/, ""), prefixes, place),
    ...wrongOwner(to, "owner", owner, place),
    ...wrongOwner(to, "group", group, place),
  ];
}

/** A Problem where a relocatable package holds a file that cannot be relocated, which rpmbuild refuses. */
export function outsideOf(path: string, prefixes: readonly string[], place: Place | undefined): readonly Problem[] {
  if (prefixes.length === 0 || prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))) return [];
  return [
    new Problem("plan.invalid", `${path} lies in none of the package's prefixes`, {
      place,
      expected: `a path in ${prefixes.join(" or ")}`,
      hint: "Add a prefix, or leave `prefixes` out.",
    }),
  ];
}

function wrongPrefix(prefix: string, place: Place): Problem {
  return new Problem("plan.invalid", `"${prefix}" cannot be a prefix of an rpm package`, {
    place,
    expected: "an absolute folder without `/` at its end",
    hint: "Write it like /opt/tool.",
  });
}

/** rpm looks owners up by name and gives the file to root where it finds none: a blank or a number is never found. */
function wrongOwner(to: string, what: string, name: string | undefined, place: Place): readonly Problem[] {
  if (name === undefined || /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/.test(name)) return [];
  return [
    new Problem("plan.invalid", `${to}: "${name}" cannot be the ${what} of a file in an rpm package`, {
      place,
      expected: "the name of a user or group",
      hint: `Leave \`${what}\` out for root.`,
    }),
  ];
}
