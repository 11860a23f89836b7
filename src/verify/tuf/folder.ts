/** TUF metadata that lies in a folder of this machine. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import { diskProblem, errnoOf } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { FetchMetadata } from "./client.ts";

/** Reads names as the client asks for them, which hold no slash. Only regular files are read; a pipe or a link is refused. */
export function metadataFolder(folder: string): FetchMetadata {
  return async (name, limit) => {
    const path = join(folder, name);
    const file = await openFile(path);
    if (file === undefined) return undefined;
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new Problem("format.invalid", `${name} is not a file`);
      if (found.size > limit) throw new Problem("format.invalid", `${name} has more than ${limit} bytes`);
      const bytes = Buffer.alloc(found.size);
      const { bytesRead } = await file.read(bytes, 0, found.size, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
}

async function openFile(path: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw diskProblem(thrown, path);
  }
}
