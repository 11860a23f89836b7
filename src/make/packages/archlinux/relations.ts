/** Relations between packages as pacman has them: `depend = foo>=1.0`. */
import type { Pkginfo } from "../../../format/pkginfo.ts";
import type { PackageRequest } from "../../../model/package-kind.ts";
import { Problem } from "../../../model/problem.ts";
import { onlyDependency, type Relation } from "../../../model/relation.ts";

/** PKGBUILD(5), and `libfoo.so` with what stands behind it. */
const name = /^[A-Za-z0-9_@+][A-Za-z0-9_@+.-]*(?::[A-Za-z0-9_@+.-]+)?$/;

/** `[epoch:]pkgver[-pkgrel]`; behind the `=` of a library, `1-64`. */
const version = /^(?:\d+:)?[A-Za-z0-9][A-Za-z0-9._+~]*(?:-\d+(?:\.\d+)?)?$/;

/**
 * A package's relations as fields. Recommends and suggests are optional dependencies, pre-depends are dependencies, breaks are
 * conflicts. Fails with `plan.invalid` on alternatives, and on names and versions that pacman would not find.
 */
export function relationFields({ relations }: Pick<PackageRequest, "relations">): Pkginfo {
  const fields = (key: string, of: readonly Relation[]): Pkginfo => of.map((one) => [key, archRelation(one)]);
  relations.provides.forEach(refuseRange);
  return [
    ...fields("replaces", relations.replaces),
    ...fields("conflict", [...relations.conflicts, ...relations.breaks]),
    ...fields("provides", relations.provides),
    ...fields("depend", [...relations.predepends, ...relations.depends]),
    ...fields("optdepend", [...relations.recommends, ...relations.suggests]),
  ];
}

function archRelation(relation: Relation): string {
  const { name: other, comparison = "", version: wanted } = onlyDependency(relation, "archlinux");
  if (!name.test(other))
    throw new Problem("plan.invalid", `"${relation.text}": pacman has no package of that name`, {
      place: relation.place,
      expected: "letters, digits and @._+-",
    });
  if (comparison !== "" && !version.test(wanted))
    throw new Problem("plan.invalid", `"${relation.text}": pacman has no version ${wanted}`, {
      place: relation.place,
      expected: "[EPOCH:]VERSION[-RELEASE], such as 1.2.3rc1-1",
    });
  return `${other}${comparison}${wanted}`;
}

/** makepkg refuses it, and pacman would compare with nothing. */
function refuseRange(relation: Relation): void {
  const { comparison } = onlyDependency(relation, "archlinux");
  if (comparison === undefined || comparison === "=") return;
  throw new Problem("plan.invalid", `"${relation.text}": a package provides one version of a name`, {
    place: relation.place,
    expected: "a name, or a name with `= VERSION`",
  });
}
