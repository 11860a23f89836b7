/** Writes the payload of an rpm package, and learns on the way what its header says of it. */
import { createHash, type Hash } from "node:crypto";

import { cpioSegments } from "../../../format/cpio/write.ts";
import { gzip } from "../../../format/gzip.ts";
import { plain } from "../../../format/plain.ts";
import type { Compressor, Content, Segment } from "../../../format/segment.ts";
import type { OnSplice, Splice } from "../../../format/splices.ts";
import { xzSingle } from "../../../format/xz.ts";
import { zstd } from "../../../format/zstd.ts";
import type { MakeContext } from "../../maker.ts";
import type { PackageEntry } from "../format.ts";
import { classify, headSize } from "./classify.ts";
import { type FileClass, type FileList, hasLargeFiles, payloadEntries } from "./files.ts";
import type { RpmFields } from "./fields.ts";

export interface Payload {
  /** Of the compressed bytes. */
  readonly path: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Before compression. */
  readonly plainSize: number;
  readonly plainSha256: string;
  /** Offsets from the payload's beginning. */
  readonly splices: readonly Splice[];
  readonly classes: ReadonlyMap<string, FileClass>;
}

interface Compression {
  /** PAYLOADCOMPRESSOR; undefined: there is no such tag. */
  readonly name: string | undefined;
  /** PAYLOADFLAGS: the level, which rpm only shows. */
  readonly flags: string;
  write(segments: AsyncIterable<Segment>, compressor: Compressor, onSplice: OnSplice): AsyncIterable<Uint8Array>;
}

export const compressions: Readonly<Record<RpmFields["compression"], Compression>> = {
  gzip: { name: "gzip", flags: "9", write: gzip },
  zstd: { name: "zstd", flags: "9", write: zstd },
  // rpm reads no further than the first stream.
  xz: { name: "xz", flags: "6", write: xzSingle },
  none: { name: undefined, flags: "", write: (segments) => plain(segments) },
};

/** The payload of `files`, in the scratch folder. */
export async function writePayload(files: FileList, compression: Compression, context: MakeContext): Promise<Payload> {
  const splices: Splice[] = [];
  const seen: Seen = { hash: createHash("sha256"), size: 0, heads: new Map() };
  const segments = watched(cpioSegments(payloadEntries(files), { stripped: hasLargeFiles(files.entries) }), seen);
  const made = await context.write(
    "payload",
    compression.write(segments, context.compressor, (splice) => splices.push(splice)),
  );
  const { path, size = 0, sha256 = "" } = made;
  return {
    path,
    size,
    sha256,
    plainSize: seen.size,
    plainSha256: seen.hash.digest("hex"),
    splices,
    classes: classesOf(files.entries, seen),
  };
}

interface Seen {
  readonly hash: Hash;
  size: number;
  /** The beginning of each content. */
  readonly heads: Map<Content, Uint8Array>;
}

/** The segments as they are; what they hold is hashed before compression. */
async function* watched(segments: Iterable<Segment>, seen: Seen): AsyncGenerator<Segment> {
  for (const segment of segments) {
    if (segment instanceof Uint8Array) seen.hash.update(segment);
    else {
      for await (const bytes of segment.open()) {
        if (!seen.heads.has(segment)) seen.heads.set(segment, Uint8Array.from(bytes.subarray(0, headSize)));
        seen.hash.update(bytes);
      }
    }
    seen.size += segment instanceof Uint8Array ? segment.length : segment.size;
    yield segment;
  }
}

function classesOf(entries: readonly PackageEntry[], { heads }: Seen): ReadonlyMap<string, FileClass> {
  const classes = new Map<string, FileClass>();
  for (const entry of entries) {
    if (entry.type === "directory") classes.set(entry.path, { text: "directory", color: 0 });
    const head = entry.type === "file" ? heads.get(entry.content) : undefined;
    if (head !== undefined) classes.set(entry.path, classify(head));
  }
  return classes;
}
