/** What a program was made from: what it says itself, or else what its lock file says. */
import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";

import { lockFileNames, readLockFile } from "../../format/lockfiles/table.ts";
import type { SbomPackage } from "../../format/sbom/model.ts";
import type { Artifact } from "../../model/artifact.ts";
import { diskProblem, errnoOf } from "../../model/disk.ts";
import type { LockFiles } from "../../model/sbom.ts";
import type { MakeContext, Read } from "../maker.ts";
import { packagesIn } from "./packages-in.ts";

export interface Found {
  readonly packages: readonly SbomPackage[];
  readonly reads: readonly Read[];
}

/** Several documents ask for the same program: it is looked into once. */
export async function programPackages(
  program: Artifact,
  locks: LockFiles | undefined,
  context: MakeContext,
): Promise<Found> {
  const own = await context.once(`sbom program ${program.digest}`, () =>
    packagesIn(context.pathOf(program), program.name),
  );
  if (own.length > 0 || locks === undefined) return { packages: own, reads: [] };
  return context.once(`sbom locks ${JSON.stringify(locks)}`, () => lockedPackages(locks, context));
}

/** The first of the names in the folder or above it; without names, all that the folder has. */
async function lockedPackages({ folder, names }: LockFiles, context: MakeContext): Promise<Found> {
  const reads: Read[] = [];
  const packages: SbomPackage[] = [];
  const isAny = names.length === 0;
  for (const path of isAny ? lockFileNames.map((name) => posix.join(folder, name)) : candidates(folder, names)) {
    const bytes = await contentOf(join(context.root, path));
    if (bytes === undefined) {
      reads.push({ absent: path });
      continue;
    }
    reads.push({ file: path, sha256: hash("sha256", bytes, "hex") });
    packages.push(...(await readLockFile(path, bytes)));
    if (!isAny) break;
  }
  return { packages, reads };
}

/** Folder by folder up to the project's root. */
function candidates(folder: string, names: readonly string[]): readonly string[] {
  const at = posix.normalize(folder).replace(/\/$/, "");
  const here = names.map((name) => posix.join(at, name));
  return at === "." || at === "" || at.startsWith("..") ? here : [...here, ...candidates(posix.dirname(at), names)];
}

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT" || errnoOf(thrown) === "ENOTDIR") return undefined;
    throw diskProblem(thrown, path);
  }
}
