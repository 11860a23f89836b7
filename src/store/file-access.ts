/** A file that is read at any position without being held open. */
import { open, stat } from "node:fs/promises";

import type { RandomAccess } from "../format/random-access.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";

/** The file as it is now: nobody has to close it. Fails with `file.missing` and `file.denied`. */
export async function accessFile(path: string): Promise<RandomAccess> {
  const { size } = await onDisk(path, () => stat(path));
  return {
    size,
    read: (offset, length, buffer = new Uint8Array(length)) =>
      onDisk(path, async () => {
        const bytes = buffer.subarray(0, length);
        const file = await open(path);
        try {
          for (let filled = 0; filled < length;) {
            const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
            if (bytesRead === 0) throw new Problem("format.invalid", `${path} ends early`);
            filled += bytesRead;
          }
        } finally {
          await file.close();
        }
        return bytes;
      }),
  };
}
