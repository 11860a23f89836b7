/** Writes the payload of an rpm package, and learns on the way what its header says of it. */
import { cpioSegments } from "../../../format/cpio/write.ts";
import { type MultiHasher, multiHasher } from "../../../format/digest.ts";
import { gzip } from "../../../format/gzip.ts";
import { plain } from "../../../format/plain.ts";
import type { Compressor, Content, Segment, Segments } from "../../../format/segment.ts";
import type { OnSplice, Splice } from "../../../format/splices.ts";
import { xzSingle } from "../../../format/xz.ts";
import { zstd } from "../../../format/zstd.ts";
import type { MakeContext } from "../../maker.ts";
import { headSize } from "./classify.ts";
import { type FileTypes, typesOf } from "./file-types.ts";
import { type FileList, payloadEntries } from "./files.ts";
import type { RpmFields } from "./fields.ts";

/** Lower-case hex, by algorithm: SHA-256 and those that were asked for. */
export type PayloadDigests = Readonly<Record<"sha256", string> & Partial<Record<MoreDigests, string>>>;

export type MoreDigests = "sha512" | "sha3-256";

export interface Payload {
  /** Of the compressed bytes. */
  readonly path: string;
  readonly size: number;
  readonly digests: PayloadDigests;
  /** Before compression. */
  readonly plainSize: number;
  readonly plainDigests: PayloadDigests;
  /** Offsets from the payload's beginning. */
  readonly splices: readonly Splice[];
  readonly types: FileTypes;
}

export interface Compression {
  /** PAYLOADCOMPRESSOR; undefined: there is no such tag. */
  readonly name: string | undefined;
  /** PAYLOADFLAGS: the level, which rpm only shows. */
  readonly flags: string;
  write(segments: Segments, compressor: Compressor, onSplice: OnSplice): AsyncIterable<Uint8Array>;
}

export const compressions: Readonly<Record<RpmFields["compression"], Compression>> = {
  gzip: { name: "gzip", flags: "9", write: gzip },
  zstd: { name: "zstd", flags: "9", write: zstd },
  // rpm reads no further than the first stream.
  xz: { name: "xz", flags: "6", write: xzSingle },
  none: { name: undefined, flags: "", write: (segments) => plain(segments) },
};

export interface PayloadOptions {
  readonly compression: Compression;
  /** Whether members are known only by their place in the header's list of files. */
  readonly stripped: boolean;
  /** Digests besides SHA-256, before and after compression. */
  readonly digests: readonly MoreDigests[];
}

/** The payload of `files`, in the scratch folder. */
export async function writePayload(
  files: FileList,
  { compression, stripped, digests }: PayloadOptions,
  context: MakeContext,
): Promise<Payload> {
  const splices: Splice[] = [];
  const seen: Seen = { hasher: multiHasher(["sha256", ...digests]), heads: new Map() };
  const more = multiHasher(digests);
  const segments = watched(cpioSegments(payloadEntries(files), { stripped }), seen);
  const compressed = compression.write(segments, context.compressor, (splice) => splices.push(splice));
  const made = await context.write("payload", digests.length === 0 ? compressed : hashed(compressed, more));
  const { path, size = 0, sha256 = "" } = made;
  const plainly = seen.hasher.finish();
  return {
    path,
    size,
    digests: { sha256, ...more.finish().digests },
    plainSize: plainly.size,
    plainDigests: plainly.digests,
    splices,
    types: typesOf(files.entries, seen.heads),
  };
}

interface Seen {
  readonly hasher: MultiHasher<"sha256" | MoreDigests>;
  /** The beginning of each content. */
  readonly heads: Map<Content, Uint8Array>;
}

/** The segments as they are; what they hold is hashed before compression. */
async function* watched(segments: Iterable<Segment>, { hasher, heads }: Seen): AsyncGenerator<Segment> {
  for (const segment of segments) {
    if (segment instanceof Uint8Array) hasher.update(segment);
    else if (segment.bytes !== undefined) {
      heads.set(segment, segment.bytes.subarray(0, headSize));
      hasher.update(segment.bytes);
    } else {
      for await (const bytes of segment.open()) {
        if (!heads.has(segment)) heads.set(segment, new Uint8Array(bytes.subarray(0, headSize)));
        hasher.update(bytes);
      }
    }
    yield segment;
  }
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  hasher: MultiHasher<MoreDigests>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hasher.update(chunk);
    yield chunk;
  }
}
