/** A tar archive of a package, written into a scratch file of its own and read back, with the digests that others list. */
import { createHash, type Hash } from "node:crypto";

import { lentChunks } from "../../../format/file.ts";
import type { Splice } from "../../../format/splices.ts";
import type { MakeContext } from "../../maker.ts";
import { readBack } from "../../read-back.ts";
import type { TreeEntry } from "../../tree.ts";
import type { Compression } from "./compression.ts";
import type { DebMember } from "./signature.ts";
import { packageTar } from "./tar-entries.ts";

/** The archive under `name`, each of its entries compared with what went in. */
export async function writeTar(
  name: string,
  entries: readonly TreeEntry[],
  compression: Compression,
  context: MakeContext,
): Promise<DebMember> {
  const splices: Splice[] = [];
  const hashes = { md5: createHash("md5"), sha1: createHash("sha1"), sha256: createHash("sha256") };
  const bytes = compression.write(packageTar(entries), context.compressor, (splice) => splices.push(splice));
  const { path, size = 0 } = await context.write(name, hashed(bytes, Object.values(hashes)));
  await readBack({ kind: compression.archive, single: false, installed: true }, path, entries, splices);
  const digests = {
    md5: hashes.md5.digest("hex"),
    sha1: hashes.sha1.digest("hex"),
    sha256: hashes.sha256.digest("hex"),
  };
  return { name, size, ...digests, open: () => lentChunks(path) };
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hashes: readonly Hash[]): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (const hash of hashes) hash.update(chunk);
    yield chunk;
  }
}
