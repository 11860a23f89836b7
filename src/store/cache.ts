/** The cache folder: made things by digest, what is known about Steps, and scratch space, safe for several runs at once. */
import { constants } from "node:fs";
import { copyFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { digestOfFile, lentChunks, readChunks } from "../format/file.ts";
import { verified } from "../format/verified.ts";
import type { Cache } from "../model/cache.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import { adoptBlob, blobPath } from "./cache/blobs.ts";
import { filesIn, noteUse, type Pruned, pruneTo } from "./cache/bound.ts";
import { addEntry, readEntries, stepPath } from "./cache/memory.ts";
import { namedPath, readNamed, writeNamed } from "./cache/named.ts";
import { makeFolder, writeNew } from "./files.ts";
import { ownedName, sweepAbandoned } from "./owner.ts";

export interface CacheOptions {
  /** Bytes the folder may take after a run that added to it. */
  readonly maxBytes: number;
  /** Milliseconds since 1970; only for knowing what was used last. */
  readonly now?: () => number;
}

export interface CacheUsage {
  readonly folder: string;
  /** Bytes and files in all, and of each part. */
  readonly bytes: number;
  readonly files: number;
  readonly parts: {
    readonly [part in "blobs" | "derived" | "steps"]: { readonly bytes: number; readonly files: number };
  };
}

/** A cache in a folder of this machine. */
export interface CacheFolder extends Cache {
  usage(): Promise<CacheUsage>;
  /** Removes what was used longest ago until at most `maxBytes` are left. Anything that is missing afterwards is made anew. */
  prune(maxBytes: number): Promise<Pruned>;
  /** Ends this run's use: its scratch folders go, and the folder is brought back within its bound. */
  close(): Promise<void>;
}

/** Another run may be about to read what it just found here, so keeping the bound never takes what was used this lately. */
const inUse = 3600 * 1000;

/**
 * The cache in the folder `where`, which is made when first needed. Everything is placed by renames and no lock is held: a run that is
 * killed leaves nothing but scratch, which the next one sweeps. Fails with `disk.full` and `file.denied`, naming the path.
 */
export function openCache(where: string, { maxBytes, now = Date.now }: CacheOptions): CacheFolder {
  const folder = resolve(where);
  const blobs = join(folder, "blobs", "sha256");
  const derived = join(folder, "derived");
  const steps = join(folder, "steps");
  const tmp = join(folder, "tmp");
  const scratches: string[] = [];
  let swept: Promise<void> | undefined;
  let grew = false;

  const cache: CacheFolder = {
    async recall(key) {
      const path = stepPath(steps, key);
      const entries = await readEntries(path);
      if (entries.length > 0) await isUsed(path);
      return entries;
    },

    async remember(key, entry) {
      grew = true;
      await addEntry(stepPath(steps, key), entry);
    },

    async has(digest, size) {
      return (await isUsed(blobPath(blobs, digest))) === size;
    },

    pathOf: (digest) => blobPath(blobs, digest),

    open: (artifact) => opened(artifact, readChunks),
    lend: (artifact) => opened(artifact, lentChunks),

    async copyTo(artifact, path, as) {
      const blob = blobPath(blobs, artifact.digest);
      await onDisk(as, () => copyFile(blob, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE));
      const { digest, size } = await digestOfFile(path);
      if (digest !== artifact.digest || size !== artifact.size) throw await damaged(blob, artifact.name);
    },

    async adopt(path, options = {}) {
      grew = true;
      return adoptBlob(blobs, scratch, path, options, now());
    },

    async keepBytes(bytes) {
      const own = await scratch();
      const path = join(own, "bytes");
      await writeNew(path, [bytes], { mode: 0o600, sync: false });
      const held = await cache.adopt(path);
      await rm(own, { recursive: true, force: true });
      return held;
    },

    async recallFile(name) {
      const entry = namedPath(derived, name);
      const file = await readNamed(entry);
      if (file === undefined || !(await cache.has(file.digest, file.size))) return undefined;
      await isUsed(entry);
      return { ...file, path: cache.pathOf(file.digest) };
    },

    async keepFile(name, path, about = {}, sha256) {
      const held = await cache.adopt(path, sha256 === undefined ? {} : { sha256 });
      const entry = { digest: held.digest, size: held.size, about };
      await writeNamed(namedPath(derived, name), entry);
      return { ...entry, path: cache.pathOf(held.digest) };
    },

    scratch,

    async usage() {
      const parts = { blobs: await sizeOf(blobs), derived: await sizeOf(derived), steps: await sizeOf(steps) };
      const all = Object.values(parts);
      return {
        folder,
        bytes: all.reduce((sum, part) => sum + part.bytes, 0),
        files: all.reduce((sum, part) => sum + part.files, 0),
        parts,
      };
    },

    prune: (bytes) => pruneUsedBefore(bytes, Number.POSITIVE_INFINITY),

    async close() {
      await Promise.all(scratches.splice(0).map((path) => rm(path, { recursive: true, force: true })));
      if (grew) await pruneUsedBefore(maxBytes, now() - inUse);
      grew = false;
    },
  };

  async function* opened(
    artifact: Parameters<Cache["open"]>[0],
    read: (path: string) => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const path = blobPath(blobs, artifact.digest);
    try {
      yield* verified(read(path), artifact);
    } catch (thrown) {
      throw thrown instanceof Problem && thrown.code === "verify.mismatch"
        ? await damaged(path, artifact.name)
        : thrown;
    }
  }

  async function scratch(): Promise<string> {
    swept ??= sweepAbandoned(tmp, "", "", now());
    await swept;
    const made = join(tmp, ownedName());
    await makeFolder(made);
    scratches.push(made);
    return made;
  }

  /** Size of a file that is now used; undefined when it is not there. */
  async function isUsed(path: string): Promise<number | undefined> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    await noteUse(path, found.mtimeMs, now());
    return found.size;
  }

  async function pruneUsedBefore(bytes: number, spareAfter: number): Promise<Pruned> {
    const files = await Promise.all([blobs, derived, steps].map(filesIn));
    return pruneTo(files.flat(), bytes, spareAfter);
  }

  return cache;
}

/** Takes damaged bytes away, so that the next run makes them anew. */
async function damaged(blob: string, name: string): Promise<Problem> {
  await rm(blob, { force: true });
  return new Problem("verify.mismatch", `${name}: the bytes in the cache are not those that were kept`, {
    hint: "The damaged bytes were removed from the cache; run the same command again.",
  });
}

async function sizeOf(folder: string): Promise<{ readonly bytes: number; readonly files: number }> {
  const files = await filesIn(folder);
  return { bytes: files.reduce((sum, file) => sum + file.size, 0), files: files.length };
}
