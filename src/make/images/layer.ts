/** Writes one layer: a tar archive, compressed, with the digests of both. */
import { createHash, hash } from "node:crypto";

import { gzip } from "../../format/gzip.ts";
import { type LayerCompression, layerTypes } from "../../format/oci/media-types.ts";
import { plain } from "../../format/plain.ts";
import type { Compressor, Content, Segment, Segments } from "../../format/segment.ts";
import type { OnSplice, Splice } from "../../format/splices.ts";
import type { TarEntry } from "../../format/tar/entry.ts";
import { tarSegments } from "../../format/tar/write.ts";
import { zstd } from "../../format/zstd.ts";
import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { Descriptor } from "../../model/image.ts";
import type { JsonObject } from "../../model/json.ts";
import type { MakeContext } from "../maker.ts";
import { readBack } from "../read-back.ts";
import { describeEntry, type TreeEntry } from "../tree.ts";

/** A member with its owner by number. */
export type LayerEntry = TreeEntry & {
  readonly uid: number;
  readonly gid: number;
  readonly pax?: Readonly<Record<string, string>> | undefined;
};

export interface Layer {
  readonly descriptor: Descriptor;
  /** Of the archive before compression. */
  readonly diffId: Digest;
  readonly content: Content;
}

type Write = (segments: Segments, compressor: Compressor, onSplice: OnSplice) => AsyncIterable<Uint8Array>;

const writers: Readonly<Record<LayerCompression, { readonly format: string; readonly write: Write }>> = {
  none: { format: "tar", write: (segments) => plain(segments) },
  gzip: { format: "tar.gz", write: gzip },
  zstd: { format: "tar.zst", write: zstd },
};

/** Layers of one Step, each of which is written once, however many platforms have it. */
export type WriteLayer = (entries: readonly LayerEntry[], compression: LayerCompression) => Promise<Layer>;

export function layerWriter(context: MakeContext): WriteLayer {
  const written = new Map<string, Promise<Layer>>();
  return (entries, compression) => {
    const key = hash("sha256", JSON.stringify([compression, entries.map(describeLayerEntry)]), "hex");
    const layer = written.get(key) ?? writeLayer(entries, compression, `layer-${key}`, context);
    written.set(key, layer);
    return layer;
  };
}

function describeLayerEntry(entry: LayerEntry): JsonObject {
  return { ...describeEntry(entry), uid: entry.uid, gid: entry.gid, pax: entry.pax ?? {} };
}

async function writeLayer(
  entries: readonly LayerEntry[],
  compression: LayerCompression,
  name: string,
  context: MakeContext,
): Promise<Layer> {
  const { format, write } = writers[compression];
  const splices: Splice[] = [];
  const diff = createHash("sha256");
  const segments = hashed(tarSegments(entries.map(nameless), { dialect: "pax", unixOnly: true }), (bytes) =>
    diff.update(bytes),
  );
  const { path, sha256, size } = await context.write(
    name,
    write(segments, context.compressor, (splice) => splices.push(splice)),
  );
  if (sha256 === undefined || size === undefined) throw new Error(`${name} was written and not hashed`);
  await readBack({ kind: format, single: false, installed: true }, path, entries, splices);
  return {
    descriptor: { mediaType: layerTypes[compression], digest: digestOfHex(sha256), size },
    diffId: digestOfHex(diff.digest("hex")),
    content: context.contentOfRange(path, { start: 0, size, sha256 }),
  };
}

/** Names of owners stay out: the image's passwd has them. */
function nameless(entry: LayerEntry): TarEntry {
  return { ...entry, owner: "", group: "" };
}

/** The same segments, their bytes shown to `update` in order. A content is handed on first, so that it is compressed meanwhile. */
async function* hashed(segments: Iterable<Segment>, update: (bytes: Uint8Array) => void): AsyncGenerator<Segment> {
  for (const segment of segments) {
    if (segment instanceof Uint8Array) update(segment);
    yield segment;
    if (segment instanceof Uint8Array) continue;
    if (segment.bytes === undefined) for await (const chunk of segment.open()) update(chunk);
    else update(segment.bytes);
  }
}
