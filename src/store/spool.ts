/** Bytes that lie nowhere, put where they can be read here and there and more than once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onDisk } from "../model/disk.ts";
import { writeNew } from "./files.ts";

export interface Spool {
  /** The path of a temporary file with these bytes; `name` is what Problems call it. */
  keep(name: string, bytes: AsyncIterable<Uint8Array>): Promise<string>;
  /** Removes what was kept. */
  clear(): Promise<void>;
}

/** Each of what it keeps lies in a folder of its own, which only this user can read, until `clear`. Fails with `disk.full` and `file.denied`. */
export function openSpool(): Spool {
  const folders: string[] = [];
  return {
    async keep(name, bytes) {
      const folder = await onDisk(tmpdir(), () => mkdtemp(join(tmpdir(), "slipway-spool-")));
      folders.push(folder);
      const path = join(folder, "bytes");
      await writeNew(path, bytes, { mode: 0o600, sync: false, as: name });
      return path;
    },
    async clear() {
      await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}
