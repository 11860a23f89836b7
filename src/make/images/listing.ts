/** What a base image's layer holds: its tar headers, read once and kept in the cache. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";

import { gunzip } from "../../format/inflate.ts";
import { invalid } from "../../format/json.ts";
import { type LayerCompression, layerCompression } from "../../format/oci/media-types.ts";
import type { Content } from "../../format/segment.ts";
import type { TarMember } from "../../format/tar/entry.ts";
import { readTar } from "../../format/tar/read.ts";
import { unzstd } from "../../format/zstd.ts";
import { type Digest, digestOfHex, hexOf } from "../../model/artifact.ts";
import type { Descriptor } from "../../model/image.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import type { ListedNode } from "./file-system.ts";

/** Raised when the kept form changes. */
const version = 1;

/** Fails with `verify.mismatch` where the layer is not the archive that the image's config names by `diffId`. */
export async function listLayer(
  layer: Descriptor,
  diffId: Digest,
  content: Content,
  context: MakeContext,
): Promise<readonly ListedNode[]> {
  const path = await context.kept(`image-listing-${version}/${hexOf(layer.digest)}`, async (folder) => {
    const written = join(folder, "listing");
    const [actual, lines] = await readLayer(layer, content);
    await onDisk(written, () => writeFile(written, [actual, ...lines].join("\n")));
    return written;
  });
  const [actual, ...lines] = (await onDisk(path, () => readFile(path, "utf8"))).split("\n");
  if (actual !== diffId)
    throw new Problem("verify.mismatch", `The layer ${layer.digest} holds ${String(actual)}, its image says ${diffId}`);
  return lines.map((line) => JSON.parse(line) as ListedNode);
}

/** Linux opens no longer path (PATH_MAX in limits.h). */
const longestPath = 4096;

/** Characters of a layer's listing, some million files: a few compressed bytes can claim any number. */
const longestListing = 128 * 1024 * 1024;

/** The digest of the archive, and a line of JSON for each member. */
async function readLayer(layer: Descriptor, content: Content): Promise<readonly [Digest, readonly string[]]> {
  const compression = layerCompression(layer.mediaType);
  if (compression === undefined)
    throw new Problem("format.invalid", `The base image's layer ${layer.digest} is of the type ${layer.mediaType}`, {
      expected: "a tar archive, perhaps compressed with gzip or zstd",
    });
  const sha256 = createHash("sha256");
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of decoders[compression](content.open())) {
      sha256.update(chunk);
      yield chunk;
    }
  };
  const lines: string[] = [];
  let length = 0;
  for await (const member of readTar(hashed())) {
    const node = nodeOf(member);
    if (node === undefined) continue;
    const line = JSON.stringify(node);
    length += line.length;
    if (node.path.length > longestPath || length > longestListing)
      throw invalid(layer.digest, "is a layer with more files, or longer paths, than anybody unpacks");
    lines.push(line);
  }
  return [digestOfHex(sha256.digest("hex")), lines];
}

type Bytes = AsyncIterable<Uint8Array>;

const decoders: Readonly<Record<LayerCompression, (bytes: Bytes) => Bytes>> = {
  none: (bytes) => bytes,
  gzip: gunzip,
  zstd: unzstd,
};

/** Undefined for the root itself. */
function nodeOf(member: TarMember): ListedNode | undefined {
  const path = posix.join("/", member.path).slice(1).replace(/\/$/, "");
  if (path === "") return undefined;
  const { type, mode, uid = 0, gid = 0 } = member;
  if (type === "directory") return { path, type, mode, uid, gid, mtime: Math.max(0, Math.trunc(member.mtime)) };
  return type === "symlink" ? { path, type, target: member.target } : { path, type: "file" };
}
