/** Every format of lock files that is read, by file name. */
import type { SbomPackage } from "../sbom/model.ts";
import { bunLock } from "./bun-lock.ts";
import { cargoLock } from "./cargo-lock.ts";
import { denoLock } from "./deno-lock.ts";
import { goMod } from "./go-mod.ts";
import { type LockFormat, unreadable } from "./lock-file.ts";
import { npmShrinkwrap, packageLock } from "./package-lock.ts";
import { pnpmLock } from "./pnpm-lock.ts";
import { pdmLock, pipfileLock, poetryLock, requirements, uvLock } from "./python-locks.ts";
import { yarnLock } from "./yarn-lock.ts";

/** In the order in which one of a folder is looked for, where several say the same. */
const formats: readonly LockFormat[] = [
  goMod,
  cargoLock,
  npmShrinkwrap,
  packageLock,
  pnpmLock,
  yarnLock,
  bunLock,
  denoLock,
  uvLock,
  poetryLock,
  pdmLock,
  pipfileLock,
  requirements,
];

const byName = new Map(formats.map((format) => [format.file, format]));

/** File names that are known. */
export const lockFileNames: readonly string[] = [...byName.keys()];

/** Whether the last part of a path is the name of a lock file. */
export function isLockFile(path: string): boolean {
  return byName.has(baseName(path));
}

/** Larger ones are read by nobody; the largest in the wild have some ten megabytes. */
export const mostLockBytes = 64 * 1024 * 1024;

/** The packages that a lock file names. `path` decides by its last part; it is also what messages call it. */
export async function readLockFile(path: string, bytes: Uint8Array): Promise<readonly SbomPackage[]> {
  const format = byName.get(baseName(path));
  if (format === undefined) throw unreadable(path, "no lock file has this name");
  if (bytes.length > mostLockBytes) throw unreadable(path, `it has ${bytes.length} bytes`);
  return format.read(Buffer.from(bytes).toString("utf8"), path);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
