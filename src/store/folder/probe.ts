/** What is known of a folder before anything is put there: whether it can be written, what stands there, how much room there is. */
import { access, constants, readdir, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import { diskProblem, errnoOf } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { Probed } from "../kind.ts";

/** Bytes below which a disk is nearly full. */
const little = 100_000_000;

/** `existing` is what happens to names that stand for other bytes. Only reads. */
export async function probeFolder(
  path: string,
  existing: "refuse" | "replace",
  expected: readonly ExpectedArtifact[],
): Promise<readonly Probed[]> {
  const nearest = await nearestFolder(path);
  const place = await writable(nearest, path);
  if (place.outcome === "failed") return [place];
  return [place, await names(path, existing, expected), await room(nearest)];
}

async function writable(nearest: string, path: string): Promise<Probed> {
  try {
    if (!(await stat(nearest)).isDirectory())
      throw new Problem("file.denied", `${nearest}: a file stands where a folder is needed`, { hint: "Move it away." });
    await access(nearest, constants.W_OK | constants.X_OK);
    return { what: "place", outcome: "ok", detail: nearest === path ? "it can be written" : "it can be made" };
  } catch (thrown) {
    const problem = diskProblem(thrown, nearest);
    if (!(problem instanceof Problem)) throw thrown;
    return { what: "place", outcome: "failed", detail: problem.message, problem };
  }
}

async function names(
  path: string,
  existing: "refuse" | "replace",
  expected: readonly ExpectedArtifact[],
): Promise<Probed> {
  const there = new Set(await readdir(path).catch(nothingThere));
  const taken = expected.filter(({ name }) => there.has(name)).map(({ name }) => name);
  if (taken.length === 0) return { what: "names", outcome: "ok", detail: "none of them stands there" };
  const otherwise = existing === "refuse" ? "other bytes would be refused" : "other bytes would be replaced";
  const shown = `${taken[0] ?? ""}${taken.length === 1 ? "" : ` and ${taken.length - 1} more`}`;
  return { what: "names", outcome: "warning", detail: `${shown} stand there already: ${otherwise}` };
}

async function room(path: string): Promise<Probed> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const detail = `${Math.floor(free / 1_000_000)} MB are free`;
  return { what: "quota", outcome: free < little ? "warning" : "ok", detail };
}

/** The folder, or the one above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(nothingThere);
  return Array.isArray(found) && dirname(path) !== path ? nearestFolder(dirname(path)) : path;
}

function nothingThere(thrown: unknown): readonly string[] {
  const errno = errnoOf(thrown);
  if (errno !== "ENOENT" && errno !== "ENOTDIR") throw thrown;
  return [];
}
