/** The few small files in a gzipped tar that say what the package is. */
import { gunzip } from "../../format/inflate.ts";
import { readTar } from "../../format/tar/read.ts";
import { Problem } from "../../model/problem.ts";

/** Bytes of a file that is wanted: what people write about a package is smaller. */
const most = 4 * 1024 * 1024;

/** The files that are `wanted`, by path without `./` before it. Reads to the end, so what checks the bytes has seen all of them. Fails with `format.invalid`. */
export async function filesInTarball(
  bytes: AsyncIterable<Uint8Array>,
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const member of readTar(gunzip(bytes))) {
    const path = member.path.replace(/^(\.\/)+/, "");
    if (member.type !== "file" || !wanted(path)) continue;
    if (files.has(path)) throw new Problem("format.invalid", `${path} is in the archive twice`);
    if (member.size > most) throw new Problem("format.invalid", `${path} is larger than ${most} bytes`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(new Uint8Array(chunk));
    files.set(path, Buffer.concat(chunks));
  }
  return files;
}
