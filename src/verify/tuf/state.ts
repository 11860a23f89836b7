/** What a TUF client believed last: verified metadata in a folder, one file for each role. */
import { constants } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { diskProblem, errnoOf, onDisk } from "../../model/disk.ts";

/** Keeps verified metadata, byte for byte. Only what was verified is ever written. */
export interface TufState {
  /** Undefined where the role was never verified. */
  read(role: string): Promise<Uint8Array | undefined>;
  write(role: string, bytes: Uint8Array): Promise<void>;
}

/** State in a folder, which is made where it is missing: `<role>.json`, the role's name percent-encoded. A file is whole or the one before. */
export function folderState(folder: string): TufState {
  const pathOf = (role: string): string => join(folder, `${encodeURIComponent(role)}.json`);
  return {
    async read(role) {
      try {
        return await readFile(pathOf(role));
      } catch (thrown) {
        if (errnoOf(thrown) === "ENOENT") return undefined;
        throw diskProblem(thrown, pathOf(role));
      }
    },
    write: (role, bytes) => onDisk(folder, () => replace(folder, pathOf(role), bytes)),
  };
}

async function replace(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.new`;
  try {
    const file = await open(
      beside,
      constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}
