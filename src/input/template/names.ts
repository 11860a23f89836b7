/** Which names templates may use where: known before anything is rendered, so that a misspelt one is found at once. */
import { lateNames } from "./names/late.ts";
import type { Name } from "./names/name.ts";
import { releaseNames } from "./names/release.ts";
import {
  archiveNames,
  buildNames,
  chartNames,
  imageNames,
  keyNames,
  packageNames,
  storeNames,
  targetNames,
} from "./names/sections.ts";

/** Names and their fields, as compiled templates are held against. */
export type Names = ReadonlyMap<string, readonly string[] | undefined>;

function tableOf(...several: readonly (readonly Name[])[]): Names {
  return new Map(several.flat().map(({ name, fields }) => [name, fields]));
}

/** The names of each place templates stand in. */
export const namesOf = {
  release: tableOf(releaseNames),
  build: tableOf(releaseNames, targetNames, buildNames),
  archive: tableOf(releaseNames, targetNames, archiveNames),
  package: tableOf(releaseNames, targetNames, packageNames),
  image: tableOf(releaseNames, targetNames, imageNames),
  chart: tableOf(releaseNames, chartNames),
  store: tableOf(releaseNames, storeNames),
  key: tableOf(keyNames),
  late: tableOf(lateNames),
} as const;

/** The same names with the keys of the config's own `vars`, which are known as well. */
export function withVars(names: Names, vars: readonly string[]): Names {
  return new Map([...names, ["vars", vars]]);
}

/** The same names but for some. */
export function without(names: Names, ...left: readonly string[]): Names {
  return new Map([...names].filter(([name]) => !left.includes(name)));
}
