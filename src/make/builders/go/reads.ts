/** Records everything outside the Plan that a Go program is built from, as long as C is not involved. */
import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import type { Read } from "../../maker.ts";
import { digestFile, digestList } from "../../reads.ts";
import { embedFolders } from "./embed.ts";
import { localPaths } from "./modfile.ts";
import type { LocalPackage } from "./packages.ts";
import type { GoSettings } from "./toolchain.ts";

/** Endings of the files in a package's folder that Go looks at (`go help filetype`), and the profile of a program. */
const endings = [
  ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90", ".s", ".S", ".sx",
  ".swig", ".swigcxx", ".syso", "default.pgo",
];

/**
 * All reads of a build: each package's files, the names in its folder and in the folders it embeds from, and what decides
 * which module a package is taken from. What comes from the module cache is named by content in go.sum, and the standard
 * library by the version in the key. Undefined where not all can be known. Paths are relative to `root`.
 */
export async function recordReads(packages: readonly LocalPackage[], settings: GoSettings, root: string): Promise<readonly Read[] | undefined> {
  const files = new Set<string>();
  const absent = new Set<string>();
  const folders = new Set<string>();
  for (const each of packages) {
    for (const name of [...each.files, "default.pgo"]) files.add(join(each.folder, name));
    for (const folder of await embedFolders(each.folder, each.embedPatterns)) folders.add(folder);
    for (const folder of foldersBetween(each.moduleFolder, each.folder)) absent.add(join(folder, "go.mod"));
    if (!(await includesListed(each))) return undefined;
  }
  for (const file of await moduleFiles(packages, settings)) files.add(file);

  const shown = (path: string): string => relative(root, path).replaceAll(sep, "/") || ".";
  const optional = async (path: string): Promise<Read> => {
    const sha256 = await digestFile(path);
    return sha256 === "" ? { absent: shown(path) } : { file: shown(path), sha256 };
  };
  const reads = await Promise.all([
    ...[...files].toSorted().map(optional),
    ...[...absent].toSorted().map((path): Read => ({ absent: shown(path) })),
    ...packages.map(async ({ folder }): Promise<Read> => ({ list: shown(folder), endings, sha256: await digestList(folder, endings) })),
    ...[...folders].toSorted().map(async (path): Promise<Read> => ({ list: shown(path), sha256: await digestList(path) })),
  ]);
  const gone = packages.some((each) => each.files.some((name) => reads.some((read) => "absent" in read && read.absent === shown(join(each.folder, name)))));
  return gone ? undefined : reads;
}

/** Files that decide which module, in which version, a package comes from (Go Modules Reference). */
async function moduleFiles(packages: readonly LocalPackage[], { GOMOD, GOWORK }: GoSettings): Promise<readonly string[]> {
  const work = GOWORK === "" || GOWORK === "off" ? [] : [GOWORK];
  const modules = new Set(packages.flatMap(({ moduleFolder }) => moduleFolder ?? []));
  if (GOMOD !== "") modules.add(dirname(GOMOD));
  // Workspace modules and replacements count even where no package of theirs is used: their requirements choose versions.
  for (const list of [...work, ...[...modules].map((folder) => join(folder, "go.mod"))]) {
    for (const path of localPaths(await readFile(list, "utf8").catch(() => ""))) modules.add(join(dirname(list), path));
  }
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
