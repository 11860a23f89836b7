/** Reads a TUF repository's folder: the newest complete metadata of each role, and what waits. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { readMetadata, type TopRole } from "../../format/tuf/metadata.ts";
import { isSignedEnough } from "../../format/tuf/threshold.ts";
import { diskProblem, errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { fileName, pendingFile, type Published, type TufRepository } from "./repository.ts";
import { factsOf } from "./settle.ts";

/** Bytes of a file. Targets grow with every release; clients learn their length from the snapshot, and read as many. */
const mostOwn = 64 * 1024 * 1024;

/** A folder that is not there is an empty repository. Fails with `format.invalid` or `verify.mismatch` where somebody else wrote in it. */
export async function loadRepository(folder: string): Promise<TufRepository> {
  const names = await namesIn(folder);
  const root = await newest(folder, names, "root");
  if (root !== undefined) requireOwnSignatures(root.metadata);
  const targets = await newest(folder, names, "targets");
  const snapshot = await newest(folder, names, "snapshot");
  const timestamp = await readIf(folder, "timestamp.json", "timestamp");
  const pendingRoot = await readIf(folder, pendingFile.root, "root");
  const pendingTargets = await readIf(folder, pendingFile.targets, "targets");
  return {
    root: root?.metadata,
    targets: targets?.metadata,
    snapshot: snapshot?.metadata,
    timestamp: timestamp?.metadata,
    pending: {
      root: follows(pendingRoot?.metadata, root?.metadata),
      targets: follows(pendingTargets?.metadata, targets?.metadata),
    },
    files: { targets: factsIf(targets), snapshot: factsIf(snapshot) },
  };
}

interface Found<Role extends TopRole> {
  readonly metadata: Published<Role>;
  readonly bytes: Uint8Array;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw diskProblem(thrown, folder);
  }
}

/** The highest number: a file has its name only once enough keys signed it. */
async function newest<Role extends TopRole>(
  folder: string,
  names: readonly string[],
  role: Role,
): Promise<Found<Role> | undefined> {
  const numbers = names.flatMap((name) => {
    const number = new RegExp(`^([1-9][0-9]{0,14})\\.${role}\\.json$`).exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  if (numbers.length === 0) return undefined;
  const version = numbers.reduce((most, number) => Math.max(most, number), 0);
  const found = await readIf(folder, fileName(role, version), role);
  if (found === undefined || found.metadata.signed.version === version) return found;
  throw new Problem("verify.mismatch", `${join(folder, fileName(role, version))} holds another version`);
}

async function readIf<Role extends TopRole>(
  folder: string,
  name: string,
  role: Role,
): Promise<Found<Role> | undefined> {
  const path = join(folder, name);
  try {
    const { size } = await stat(path);
    if (size > mostOwn) throw new Problem("format.invalid", `${path} has more than ${mostOwn} bytes`);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw diskProblem(thrown, path);
  }
  const bytes = await onDisk(path, () => readFile(path));
  return { metadata: readMetadata(bytes, role, path), bytes };
}

function requireOwnSignatures({ signed, raw, signatures }: Published<"root">): void {
  if (isSignedEnough({ keys: signed.keys, ...signed.roles.root }, raw, signatures)) return;
  throw new Problem("verify.mismatch", `root ${signed.version} of the trust folder is not signed by its own keys`);
}

/** What waits for signatures was made from what is newest, or it waits in vain. */
function follows<Role extends TopRole>(
  pending: Published<Role> | undefined,
  current: Published<Role> | undefined,
): Published<Role> | undefined {
  return pending?.signed.version === (current?.signed.version ?? 0) + 1 ? pending : undefined;
}

function factsIf(found: Found<"targets"> | Found<"snapshot"> | undefined): TufRepository["files"]["targets"] {
  return found === undefined ? undefined : factsOf(found.bytes, found.metadata.signed.version);
}
