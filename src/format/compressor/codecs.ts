/** Which code compresses a chunk for each codec, and how large its chunks are. */
import type { Codec } from "../segment.ts";

/** Compresses one chunk by itself, into what `Compressed.open` promises for its codec. */
export type CompressChunk = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

interface CodecEntry {
  /** Bytes of input per piece. It fixes the output: changing it changes the bytes of every archive. */
  readonly chunkSize: number;
  /** Loads the code on first use, since a run rarely needs every codec. */
  readonly load: () => Promise<CompressChunk>;
}

const MiB = 1024 * 1024;

/** One line per codec. */
export const codecs: Readonly<Record<Codec, CodecEntry>> = {
  deflate: { chunkSize: 2 * MiB, load: async () => (await import("../deflate/piece.ts")).deflatePiece },
  zstd: { chunkSize: 4 * MiB, load: async () => (await import("../zstd.ts")).zstdFrame },
  xz: { chunkSize: 16 * MiB, load: async () => (await import("../xz.ts")).xzStream },
};
