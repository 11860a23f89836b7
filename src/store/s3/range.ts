/** A part of a file as the body of a request, read anew each time it is sent; and files made of what lies nowhere on this machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lentChunks, lentPart } from "../../format/file.ts";
import { verified } from "../../format/verified.ts";
import type { Artifact } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import { writeNew } from "../files.ts";
import type { HttpBody } from "../http.ts";
import type { Part } from "./parts.ts";

/** Verified while it is read: the whole where it is the whole, a part by its own digest. */
export function readRangeOf(artifact: Artifact, path: string, { start, size, digest }: Part): HttpBody {
  const isWhole = size === artifact.size;
  return {
    size,
    open: () =>
      verified(isWhole ? lentChunks(path) : lentPart(path, start, size), { name: artifact.name, size, digest }),
  };
}

/** `work` with a path of the bytes, which is a temporary file where they have none. */
export async function withPath<T>(
  artifact: Artifact,
  { bytes, path }: { readonly bytes: AsyncIterable<Uint8Array>; readonly path: string | undefined },
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (path !== undefined) return work(path);
  const folder = await onDisk(tmpdir(), () => mkdtemp(join(tmpdir(), "slipway-upload-")));
  try {
    const spooled = join(folder, "bytes");
    await writeNew(spooled, verified(bytes, artifact), { mode: 0o600, sync: false, as: artifact.name });
    return await work(spooled);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
