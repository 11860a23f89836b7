/** Gathers what goes into one layer: files, programs, and what packages install. */
import type { PlannedLayer } from "../../model/image.ts";
import type { MakeContext } from "../maker.ts";
import { sortTree, type TreeEntry } from "../tree.ts";
import { resolveFiles } from "../resolve-files.ts";
import type { FileSystem } from "./file-system.ts";
import { packageEntries, packageToUnpack } from "./packages.ts";

/** Members in order of their paths; `below` is what earlier layers hold. Fails with `plan.collision` where two have one path. */
export async function gatherEntries(
  layer: PlannedLayer,
  below: FileSystem,
  context: MakeContext,
): Promise<readonly TreeEntry[]> {
  const own: TreeEntry[] = [];
  const ofPackages: TreeEntry[] = [];
  for (const file of layer.files) {
    const artifact = packageToUnpack(file, context);
    if (artifact === undefined) own.push(...(await resolveFiles([file], context)));
    else ofPackages.push(...(await packageEntries(artifact, file, context)));
  }
  return sortTree([...own, ...withoutKnownFolders(ofPackages, own, below)]);
}

/** As dpkg and apk do, a package leaves a folder alone that is there, and several may bring the same. */
function withoutKnownFolders(
  entries: readonly TreeEntry[],
  own: readonly TreeEntry[],
  below: FileSystem,
): readonly TreeEntry[] {
  const known = new Set(own.filter(({ type }) => type === "directory").map(({ path }) => path));
  return entries.filter(({ path, type }) => {
    if (type !== "directory") return true;
    const isThere = known.has(path) || below.at(below.resolve(path, { last: true }))?.type === "directory";
    known.add(path);
    return !isThere;
  });
}
