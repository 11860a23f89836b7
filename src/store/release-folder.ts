/** Writes a Release into its folder: all of it appears at once, and until then whatever was there stays. */
import { chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";

import { digestOfFile } from "../format/file.ts";
import { type Layout, placeOf } from "../format/layout.ts";
import { verified } from "../format/verified.ts";
import type { Artifact } from "../model/artifact.ts";
import { errnoOf, onDisk } from "../model/disk.ts";
import { unusableName } from "../model/name.ts";
import { Problem } from "../model/problem.ts";
import { isReport } from "../model/report-names.ts";
import type { Source } from "../model/store.ts";
import { eachOf } from "./each.ts";
import { makeFolder, moveTo, finishNew, syncFolder, writeNew } from "./files.ts";
import { modeOf } from "./folder.ts";
import { findAbandoned, ownedName, sweepAbandoned } from "./owner.ts";

/** Files written at once. */
const atOnce = 4;

export interface WriteReleaseRequest {
  /** Absolute path of the folder: `dist/1.0.0`. */
  readonly folder: string;
  readonly layout: Layout;
  /** Everything that is listed, release.json included. */
  readonly artifacts: readonly Artifact[];
  readonly from: Source;
  /** What happens to another release in the folder: with `replace` it goes once the new one is complete. */
  readonly existing: "refuse" | "replace";
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes everything into a folder beside, verified and synced, and renames that. A failure or a kill at any moment leaves what
 * was there before, but for the moment between two renames when `replace` puts one release in the other's place: what is
 * found put aside then is put back by the next run. Fails with `release.exists`, `disk.full`, `file.denied`, `verify.mismatch`.
 */
export async function writeReleaseFolder(request: WriteReleaseRequest): Promise<"done" | "already"> {
  const { folder, artifacts, layout } = request;
  const places = new Map(artifacts.map((artifact) => [placeFor(layout, artifact), artifact]));
  const [partial, aside] = [besideOf(folder, "partial"), besideOf(folder, "aside")];
  await putBack(folder, aside);
  await sweepAbandoned(dirname(folder), partial.before, partial.after, Date.now());

  const found = await filesOf(folder);
  if (found !== undefined) {
    if (await holds(folder, found, places)) return "already";
    refuseOthers(request, found);
  }

  const beside = partial.path();
  try {
    await writeAll(request, beside, places);
    if (found === undefined) await moveTo(beside, folder);
    else await exchange(beside, folder, aside.path());
  } catch (thrown) {
    await rm(beside, { recursive: true, force: true });
    const now = found === undefined ? await filesOf(folder) : undefined;
    if (now !== undefined && (await holds(folder, now, places))) return "already"; // another run was first
    throw thrown;
  }
  await syncFolder(dirname(folder));
  return "done";
}

async function writeAll(
  { folder, from, signal }: WriteReleaseRequest,
  beside: string,
  places: ReadonlyMap<string, Artifact>,
): Promise<void> {
  const folders = new Set([...places.keys()].map((place) => dirname(join(beside, place))));
  for (const path of [beside, ...folders]) {
    await makeFolder(path, folder);
    await onDisk(folder, () => chmod(path, 0o755)); // whatever the umask
  }
  await eachOf([...places], atOnce, async ([place, artifact]) => {
    signal?.throwIfAborted();
    const path = join(beside, place);
    const options = { mode: modeOf(artifact), sync: true, as: join(folder, place) };
    if (from.copyTo === undefined) await writeNew(path, verified(from.open(artifact), artifact), options);
    else await finishNew(path, from.copyTo(artifact, path, options.as), options);
  });
  for (const path of [...folders, beside]) await syncFolder(path);
}

/** Two renames, since no system call that Node has swaps two folders. */
async function exchange(beside: string, folder: string, aside: string): Promise<void> {
  await onDisk(folder, () => rename(folder, aside));
  try {
    await onDisk(folder, () => rename(beside, folder));
  } catch (thrown) {
    await rename(aside, folder);
    throw thrown;
  }
  await rm(aside, { recursive: true, force: true });
}

/** A run that was killed between the two renames left no release in place: the one it put aside is the one there was. */
async function putBack(folder: string, { before, after }: Beside): Promise<void> {
  for (const aside of await findAbandoned(dirname(folder), before, after, Date.now())) {
    if (await isThere(folder)) await rm(aside, { recursive: true, force: true });
    else await onDisk(folder, () => rename(aside, folder));
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

interface Beside {
  readonly before: string;
  readonly after: string;
  readonly path: () => string;
}

function besideOf(folder: string, what: string): Beside {
  const before = `.${basename(folder)}.`;
  const after = `.${what}`;
  return { before, after, path: () => join(dirname(folder), `${before}${ownedName()}${after}`) };
}

/** Paths of all files in a folder, `/` separated, but for reports about a release; undefined when there is no folder. */
async function filesOf(folder: string): Promise<readonly string[] | undefined> {
  const entries = await onDisk(folder, async () => {
    try {
      return await readdir(folder, { recursive: true, withFileTypes: true });
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return undefined;
      throw thrown;
    }
  });
  const files = entries?.filter((entry) => !entry.isDirectory());
  const paths = files?.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  return paths?.filter((path) => !isReport(path));
}

/** Whether the folder holds exactly this release; its bytes decide. */
async function holds(
  folder: string,
  found: readonly string[],
  places: ReadonlyMap<string, Artifact>,
): Promise<boolean> {
  if (found.length !== places.size || !found.every((path) => places.has(path))) return false;
  for (const [place, { digest, size }] of places) {
    const path = join(folder, place);
    const entry = await onDisk(path, () => lstat(path));
    if (!entry.isFile() || entry.size !== size || (await digestOfFile(path)).digest !== digest) return false;
  }
  return true;
}

function refuseOthers({ folder, existing }: WriteReleaseRequest, found: readonly string[]): void {
  if (found.length === 0) return;
  if (!found.includes("release.json"))
    throw new Problem("release.exists", `${folder} holds files that belong to no release, such as ${found[0]}`, {
      hint: "Move them away, or choose another folder under `release.folder`.",
    });
  if (existing === "refuse")
    throw new Problem("release.exists", `${folder} holds another release`, {
      hint: "Move it away, or let it be replaced with --clean.",
    });
}

function placeFor(layout: Layout, { name, platform }: Artifact): string {
  const why = unusableName(name);
  if (why !== undefined) throw new Problem("plan.invalid", `"${name}" cannot be an artifact's name: ${why}`);
  return placeOf(layout, name, platform);
}
