/** Relations between packages as apk has them: `depend = foo>=1.0`, `depend = !bar`. */
import type { PackageRequest } from "../../../model/package-kind.ts";
import { Problem } from "../../../model/problem.ts";
import { onlyDependency, type Relation } from "../../../model/relation.ts";
import type { Pkginfo } from "../../../format/pkginfo.ts";
import { isApkVersion } from "./version.ts";

/** A package's name or what apk may provide beside it: `so:libc.musl-x86_64.so.1`, `cmd:bash`, `/bin/sh` (apk-tools, src/ctype.c). */
const name = /^[A-Za-z0-9_/[\]][A-Za-z0-9_+,\-./:[\]]*$/;

/** `!foo<2.0` as it stands in .PKGINFO. Fails with `plan.invalid` on alternatives, and on names and versions that apk refuses. */
export function apkRelation(relation: Relation, prefix: "" | "!" = ""): string {
  const { name: other, comparison = "", version } = onlyDependency(relation, "apk");
  if (!name.test(other))
    throw new Problem("plan.invalid", `"${relation.text}": apk has no package of that name`, {
      place: relation.place,
      expected: "letters, digits and +-._, such as so:libc.musl-x86_64.so.1",
    });
  if (comparison !== "" && !isApkVersion(version))
    throw new Problem("plan.invalid", `"${relation.text}": apk has no version ${version}`, {
      place: relation.place,
      expected: "numbers divided by dots, perhaps with a suffix: 1.2.3_rc1-r0",
    });
  return `${prefix}${other}${comparison}${version}`;
}

/**
 * A package's relations as fields. apk has no word for pre-depends, which are dependencies, nor for what conflicts or breaks, which
 * is a dependency on its absence. Recommends and suggests have no equivalent.
 */
export function relationFields({ relations }: Pick<PackageRequest, "relations">): Pkginfo {
  relations.provides.forEach(refuseRange);
  const fields = (key: string, of: readonly Relation[], prefix: "" | "!" = ""): Pkginfo =>
    of.map((relation) => [key, apkRelation(relation, prefix)]);
  return [
    ...fields("depend", relations.predepends),
    ...fields("depend", relations.depends),
    ...fields("depend", relations.conflicts, "!"),
    ...fields("depend", relations.breaks, "!"),
    ...fields("provides", relations.provides),
    ...fields("replaces", relations.replaces),
  ];
}

/** apk would take `provides = x>=1` for a name that has no version at all. */
function refuseRange(relation: Relation): void {
  const { comparison } = onlyDependency(relation, "apk");
  if (comparison === undefined || comparison === "=") return;
  throw new Problem("plan.invalid", `"${relation.text}": a package provides one version of a name`, {
    place: relation.place,
    expected: "a name, or a name with `= VERSION`",
  });
}
