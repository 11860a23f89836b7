/** An artifact's bytes as the body of a request, which can be read again where a request has to be sent again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lentChunks } from "../../format/file.ts";
import { verified } from "../../format/verified.ts";
import type { Artifact } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import { writeNew } from "../files.ts";
import type { HttpBody } from "../http.ts";

/** `work` with the body, verified each time it is read. What lies nowhere on this machine is first written to a temporary file. */
export async function withBody<T>(
  artifact: Artifact,
  { bytes, path }: { readonly bytes: AsyncIterable<Uint8Array>; readonly path: string | undefined },
  work: (body: HttpBody) => Promise<T>,
): Promise<T> {
  if (path !== undefined) return work(bodyFrom(artifact, path));
  const folder = await onDisk(tmpdir(), () => mkdtemp(join(tmpdir(), "slipway-upload-")));
  try {
    const spooled = join(folder, "bytes");
    await writeNew(spooled, verified(bytes, artifact), { mode: 0o600, sync: false, as: artifact.name });
    return await work(bodyFrom(artifact, spooled));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bodyFrom(artifact: Artifact, path: string): HttpBody {
  return { size: artifact.size, open: () => verified(lentChunks(path), artifact) };
}
