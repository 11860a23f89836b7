/** Which names templates may use where: known before anything is rendered, so that `check` finds a misspelt one. */

/** Fields of a name; `undefined`: a plain value, or one whose fields are not known beforehand (`env`). */
export type Names = ReadonlyMap<string, readonly string[] | undefined>;

/** Known everywhere. `templateScope` gives the values. */
const releaseNames: Names = new Map<string, readonly string[] | undefined>([
  ["project", ["name", "title", "description", "homepage", "documentation", "repository", "license", "maintainer", "vendor", "copyright", "tags"]],
  ["version", undefined],
  ["rawVersion", undefined],
  ["major", undefined],
  ["minor", undefined],
  ["patch", undefined],
  ["prerelease", undefined],
  ["metadata", undefined],
  ["tag", undefined],
  ["previousTag", undefined],
  ["tagSubject", undefined],
  ["tagBody", undefined],
  ["tagContents", undefined],
  ["branch", undefined],
  ["commit", undefined],
  ["fullCommit", undefined],
  ["shortCommit", undefined],
  ["commitDate", undefined],
  ["commitTimestamp", undefined],
  ["date", undefined],
  ["timestamp", undefined],
  ["year", undefined],
  ["summary", undefined],
  ["gitUrl", undefined],
  ["treeState", undefined],
  ["isSnapshot", undefined],
  ["isNightly", undefined],
  ["isPrerelease", undefined],
  ["isDirty", undefined],
  ["isClean", undefined],
  ["isSingleTarget", undefined],
  ["runtime", ["os", "arch"]],
  ["env", undefined],
  ["vars", undefined],
]);

/** Known where something is made for a target. `targetScope` gives the values. */
const targetNames: Names = new Map<string, readonly string[] | undefined>([
  ["os", undefined],
  ["arch", undefined],
  ["variant", undefined],
  ["target", ["name", "os", "arch", "variant"]],
  ["platform", undefined],
  ["ext", undefined],
  ["amd64", undefined],
  ["i386", undefined],
  ["arm", undefined],
  ["arm64", undefined],
  ["mips", undefined],
  ["ppc64", undefined],
  ["riscv64", undefined],
]);

/** Known only once something is made; each may stand only where the schema says so (rule 7). */
const lateNames: Names = new Map<string, readonly string[] | undefined>([
  ["artifact", ["name", "path", "ext", "type", "os", "arch", "variant", "target", "digest", "sha256", "size"]],
  ["algorithm", undefined],
]);

function plain(...names: readonly string[]): Names {
  return new Map(names.map((name) => [name, undefined]));
}

function joined(...several: readonly Names[]): Names {
  return new Map(several.flatMap((names) => [...names]));
}

/** The names of each place templates stand in. */
export const namesOf = {
  release: releaseNames,
  build: joined(releaseNames, targetNames, plain("name")),
  archive: joined(releaseNames, targetNames, plain("binary", "format", "build")),
  late: lateNames,
} as const;

/** The same names with the keys of the config's own `vars`, which are known as well. */
export function withVars(names: Names, vars: readonly string[]): Names {
  return joined(names, new Map([["vars", vars]]));
}
