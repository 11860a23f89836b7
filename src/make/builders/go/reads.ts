/** Records everything outside the Plan that a Go program is built from, as long as C is not involved. */
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

import type { Read } from "../../maker.ts";
import { digestFile, digestList } from "../../reads.ts";
import { several } from "../../several.ts";
import { embedFolders } from "./embed.ts";
import { localPaths } from "./modfile.ts";
import type { LocalPackage } from "./packages.ts";
import type { GoSettings } from "./toolchain.ts";

/** Endings of the files in a package's folder that Go looks at (`go help filetype`), and the profile of a program. */
const endings = [
  ".go",
  ".c",
  ".cc",
  ".cpp",
  ".cxx",
  ".m",
  ".h",
  ".hh",
  ".hpp",
  ".hxx",
  ".f",
  ".F",
  ".for",
  ".f90",
  ".s",
  ".S",
  ".sx",
  ".swig",
  ".swigcxx",
  ".syso",
  "default.pgo",
];

/**
 * All reads of a build: each package's files, the names in its folder and in the folders it embeds from, and what decides
 * which module a package is taken from. What comes from the module cache is named by content in go.sum, and the standard
 * library by the version in the key. Undefined where not all can be known. Paths are relative to `root`.
 */
export async function recordReads(
  packages: readonly LocalPackage[],
  settings: GoSettings,
  root: string,
): Promise<readonly Read[] | undefined> {
  const needed = new Set<string>();
  const folders = new Set<string>();
  const absent = new Set<string>();
  for (const each of packages) {
    for (const name of each.files) needed.add(join(each.folder, name));
    for (const folder of await embedFolders(each.folder, each.embedPatterns)) folders.add(folder);
    for (const folder of foldersBetween(each.moduleFolder, each.folder)) absent.add(join(folder, "go.mod"));
    if (!(await includesListed(each))) return undefined;
  }
  // A profile that is not there needs no read of its own: the names in the folder tell.
  const profiles = new Set(packages.map(({ folder }) => join(folder, "default.pgo")));
  const files = new Set([...needed, ...(await moduleFiles(packages, settings)), ...profiles]);

  const shown = (path: string): string => relative(root, path).replaceAll(sep, "/") || ".";
  const digests = await several([...files].toSorted(), async (path) => ({ path, sha256: await digestFile(path) }));
  if (digests.some(({ path, sha256 }) => sha256 === "" && needed.has(path))) return undefined;
  const told = digests.filter(({ path, sha256 }) => sha256 !== "" || !profiles.has(path));
  return [
    ...told.map(({ path, sha256 }) => (sha256 === "" ? { absent: shown(path) } : { file: shown(path), sha256 })),
    ...[...absent].toSorted().map((path) => ({ absent: shown(path) })),
    ...(await several(packages, async ({ folder }) => ({
      list: shown(folder),
      endings,
      sha256: await digestList(folder, endings),
    }))),
    ...(await several([...folders].toSorted(), async (path) => ({
      list: shown(path),
      sha256: await digestList(path),
    }))),
  ];
}

/** Files that decide which module, in which version, a package comes from (Go Modules Reference); some may not exist. */
async function moduleFiles(
  packages: readonly LocalPackage[],
  { GOMOD, GOWORK }: GoSettings,
): Promise<readonly string[]> {
  const work = GOWORK === "" || GOWORK === "off" ? [] : [GOWORK];
  const modules = new Set(packages.flatMap(({ moduleFolder }) => moduleFolder ?? []));
  if (GOMOD !== "") modules.add(dirname(GOMOD));
  // Workspace modules and replacements count even where no package of theirs is used: their requirements choose versions.
  const addNamedIn = async (list: string): Promise<void> => {
    const text = await readFile(list, "utf8").catch(() => "");
    for (const path of localPaths(text)) modules.add(resolve(dirname(list), path));
  };
  for (const list of work) await addNamedIn(list);
  // Those that are added on the way are looked at as well.
  for (const folder of modules) await addNamedIn(join(folder, "go.mod"));
  return [
    ...work.flatMap((path) => [path, `${path}.sum`, join(dirname(path), "vendor/modules.txt")]),
    ...[...modules].flatMap((folder) => ["go.mod", "go.sum", "vendor/modules.txt"].map((name) => join(folder, name))),
  ];
}

/** A folder's own and those above it, below its module's: a go.mod in one of them would make it another module. */
function foldersBetween(moduleFolder: string | undefined, folder: string): readonly string[] {
  if (moduleFolder === undefined || !folder.startsWith(moduleFolder + sep)) return [];
  return [folder, ...foldersBetween(moduleFolder, dirname(folder))];
}

/** Assembly is preprocessed, and its includes are followed wherever they point; only headers beside it are listed. */
async function includesListed({ folder, files }: LocalPackage): Promise<boolean> {
  const assembly = files.filter((name) => /\.(s|S|sx)$/.test(name));
  for (const name of assembly) {
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    for (const [, included = ""] of text.matchAll(/^\s*#\s*include\s+["<]([^">]*)[">]/gm)) {
      if (included.includes("/") || !included.endsWith(".h")) return false;
    }
  }
  return true;
}
