/** The folder a Dockerfile is built in: the Dockerfile, the files it may copy, and programs by platform. */
import { chmod, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { imagePlatform } from "../../../format/oci/platform.ts";
import { onDisk } from "../../../model/disk.ts";
import type { PlannedDockerfile, PlannedImage } from "../../../model/image.ts";
import { parsePlatform } from "../../../model/platform.ts";
import type { PlannedFile } from "../../../model/plan.ts";
import type { Place } from "../../../model/problem.ts";
import type { MakeContext } from "../../maker.ts";
import { sortTree, type TreeEntry } from "../../tree.ts";
import { resolveFiles } from "../../resolve-files.ts";

/** The Dockerfile's name there. */
export const dockerfileName = "Dockerfile";

/** What lies in the folder, the Dockerfile included. `artifacts`: programs too, which are there only once they are built; `place`: of the entry. */
export async function folderEntries(
  { file, context: files }: PlannedDockerfile,
  { platform }: Pick<PlannedImage, "platform">,
  context: MakeContext,
  { artifacts, place }: { readonly artifacts: boolean; readonly place: Place | undefined },
): Promise<readonly TreeEntry[]> {
  const dockerfile: PlannedFile = { source: "glob", from: file, to: dockerfileName, place };
  const planned = files.filter(({ source }) => artifacts || source !== "artifact");
  const entries = await resolveFiles([dockerfile, ...planned], context);
  return sortTree(entries.map((entry) => ({ ...entry, path: byTargetPlatform(entry.path, platform) })));
}

/** Programs lie where `COPY $TARGETPLATFORM/` looks: `linux/arm/v7` for `linux/arm/7`. */
function byTargetPlatform(path: string, platform: string): string {
  return path.startsWith(`${platform}/`) ? `${targetPlatform(platform)}${path.slice(platform.length)}` : path;
}

/** `linux/arm/v7`, as Docker's `--platform` takes it. */
export function targetPlatform(platform: string): string {
  const { os, architecture, variant } = imagePlatform(parsePlatform(platform));
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** Modes and times are the entries', so that builds do not depend on this machine or its umask. Owners are the tool's affair. */
export async function writeFolder(folder: string, entries: readonly TreeEntry[]): Promise<void> {
  const made = new Set<string>();
  const makeFolder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    if (path !== folder) await makeFolder(dirname(path));
    await mkdir(path, { recursive: true });
    await chmod(path, 0o755);
    made.add(path);
  };
  await onDisk(folder, () => makeFolder(folder));
  for (const entry of entries) {
    const path = join(folder, entry.path);
    await onDisk(path, () => makeFolder(dirname(path)));
    await onDisk(path, () => writeEntry(path, entry));
    if (entry.type === "directory") made.add(path);
  }
}

async function writeEntry(path: string, entry: TreeEntry): Promise<void> {
  if (entry.type === "symlink") return symlink(entry.target, path);
  if (entry.type === "directory") await mkdir(path, { recursive: true });
  else await writeFile(path, entry.content.open());
  await chmod(path, entry.mode);
  await utimes(path, entry.mtime, entry.mtime);
}
