/** A folder that nobody else may look into, for as long as something needs it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onDisk } from "../model/disk.ts";

/** `prefix` is how its name begins: `slipway-mirror-`. */
export async function inPrivate<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const above = join(tmpdir(), prefix);
  const folder = await onDisk(above, () => mkdtemp(above));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
