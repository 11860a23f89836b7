/** The time zones of this machine, as files of an image (tzfile(5)). */
import { lstatSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { join, relative } from "node:path";

import { unsafeTarget } from "../../format/unsafe-path.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import { several } from "../several.ts";
import type { TreeEntry } from "../tree.ts";

const folder = "/usr/share/zoneinfo";

/** `posix` and `right` are all zones once more; `localtime` is the machine's own and no zone. */
const skipped = /^(posix|right)(\/|$)|^localtime$/;

/** Every zone, with links that stay among them. Fails with `file.missing` on a machine that has none. */
export async function zoneinfo(context: MakeContext): Promise<readonly TreeEntry[]> {
  // With types, since without them links to folders are followed, such as the `posix -> .` of some systems.
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = found.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll("\\", "/"));
  const zones = names.filter((name) => !skipped.test(name));
  if (!zones.includes("UTC"))
    throw new Problem("file.missing", `add: tzdata: this machine has no time zones in ${folder}`, {
      hint: "Install its tzdata package, or take a base image that has them.",
    });
  const entries = await several(zones.toSorted(), (zone) => entryOf(zone, context));
  return entries.flatMap((entry) => entry ?? []);
}

/** Undefined for folders, which the files imply, and for links to elsewhere. */
async function entryOf(zone: string, context: MakeContext): Promise<TreeEntry | undefined> {
  const from = join(folder, zone);
  const stats = lstatSync(from);
  const common = { path: `${folder.slice(1)}/${zone}`, mtime: context.epoch, owner: "root", group: "root" };
  if (stats.isFile())
    return { ...common, type: "file", mode: 0o644, content: await context.contentOfFile(from, stats) };
  if (!stats.isSymbolicLink()) return undefined;
  const target = await onDisk(from, () => readlink(from));
  if (unsafeTarget(zone, target) !== undefined) return undefined;
  return { ...common, type: "symlink", mode: 0o777, target };
}
