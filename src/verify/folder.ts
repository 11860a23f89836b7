/** Verifies a Release in a folder: everything it lists is there and right, nothing else is there, and no list disagrees. */
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";

import { mapAhead } from "../format/ahead.ts";
import { placeOf } from "../format/layout.ts";
import { readRelease, type Release, type ReleaseArtifact } from "../format/release.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import { checkArtifact, type CheckedArtifact } from "./artifact.ts";
import { attempt } from "./attempt.ts";
import { findFiles, type FoundFile } from "./files.ts";
import { type Check, outcomeOf, type Verdict } from "./verdict.ts";

const statementName = "release.json";

/** It is read into memory. Thousands of artifacts take a few megabytes. */
const mostStatement = 64 * 1024 * 1024;

/** Files read at once: enough to keep two cores and a disk busy. */
const atOnce = 4;

export interface VerifyOptions {
  /** False leaves archives closed: digests and lists only, for a Release that was read back a moment ago. Default: true. */
  readonly archives?: boolean | undefined;
  /** Called for each check, in the order of the result, as soon as it is known. */
  readonly onCheck?: ((check: Check) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether the folder holds exactly the Release that its release.json states. Damage is a failed check, never an error. Memory is
 * bounded by chunks; each file is read once, but for zips, which are read by jumping about.
 */
export async function verifyFolder(
  folder: string,
  { archives = true, onCheck, signal }: VerifyOptions = {},
): Promise<Verdict> {
  const checks: Check[] = [];
  const note = (check: Check): void => {
    checks.push(check);
    onCheck?.(check);
  };
  let release: Release | undefined;
  note(
    await attempt("release", statementName, async () => {
      release = await readStatement(folder);
      return `${release.product} ${release.version}, ${release.artifacts.length} artifacts`;
    }),
  );
  if (release === undefined) return { outcome: outcomeOf(checks), release, checks, files: 0, bytes: 0 };

  const found = new Map((await findFiles(folder)).map((file) => [file.path, file]));
  const places = new Map(release.artifacts.map((artifact) => [placeIn(found, artifact), artifact]));
  let bytes = 0;
  for await (const checked of checkAll({ folder, release, places, found, archives, signal })) {
    checked.checks.forEach(note);
    bytes += checked.bytes;
  }
  for (const path of found.keys()) {
    if (path !== statementName && !places.has(path)) note(extra(path));
  }
  const { product, version, tag, commit } = release;
  return { outcome: outcomeOf(checks), release: { product, version, tag, commit }, checks, files: found.size, bytes };
}

async function readStatement(folder: string): Promise<Release> {
  const path = join(folder, statementName);
  const found = await onDisk(path, () => lstat(path));
  if (!found.isFile()) throw new Problem("verify.mismatch", "it is not a file");
  const { size } = found;
  if (size > mostStatement)
    throw new Problem("format.invalid", `${statementName} has ${size} bytes, more than any release needs`);
  const bytes = await onDisk(path, () => readFile(path));
  return readRelease(decode(bytes), statementName);
}

/** Strictly: two different files never decode to the same text. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", `${statementName} is not UTF-8`, { cause });
  }
}

/** Stores keep all files side by side; the folder they were released in may have one per platform. */
function placeIn(found: ReadonlyMap<string, FoundFile>, { name, platform }: ReleaseArtifact): string {
  const apart = placeOf("by-platform", name, platform);
  return !found.has(name) && found.has(apart) ? apart : name;
}

interface Checking extends VerifyOptions {
  readonly folder: string;
  readonly release: Release;
  readonly places: ReadonlyMap<string, ReleaseArtifact>;
  readonly found: ReadonlyMap<string, FoundFile>;
  readonly archives: boolean;
}

async function* checkAll({
  folder,
  release,
  places,
  found,
  archives,
  signal,
}: Checking): AsyncGenerator<CheckedArtifact> {
  yield* mapAhead(inTurn(places), atOnce - 1, async ([place, artifact]) => {
    signal?.throwIfAborted();
    const file = found.get(place);
    const present = await attempt("present", place, async () => {
      if (file === undefined) throw new Problem("verify.mismatch", "it is missing");
      if (!file.isFile) throw new Problem("verify.mismatch", "it is not a file");
      return "";
    });
    if (present.outcome !== "ok") return { checks: [present], bytes: 0 };
    return checkArtifact(release, artifact, { path: join(folder, place), subject: place, archives });
  });
}

async function* inTurn<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function extra(path: string): Check {
  return { check: "extra", subject: path, outcome: "failed", detail: "the Release does not list it" };
}
