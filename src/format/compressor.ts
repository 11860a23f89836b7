/** Compresses streams chunk by chunk, on all cores it was given. */
import { availableParallelism } from "node:os";

import { mapAhead } from "./ahead.ts";
import { compressChunk } from "./compressor/chunk.ts";
import { codecs } from "./compressor/codecs.ts";
import { createPool } from "./compressor/pool.ts";
import { createChunkBuffers, rechunk } from "./compressor/rechunk.ts";
import type { Codec, Compressor, Piece } from "./segment.ts";

export interface CompressorOptions {
  /** Threads to use at most; by default one per core. With 0, everything happens on the calling thread. */
  readonly workers?: number;
}

/** What is compressed on the calling thread before threads are started: less than their start costs. */
const inlineBudget = 1024 * 1024;

/**
 * A {@link Compressor}. The pieces depend on the source's bytes alone: not on how they arrive, the number of threads, the
 * runtime or the machine. A thread's failure surfaces from the iteration that asked for the piece.
 */
export function createCompressor({ workers = availableParallelism() }: CompressorOptions = {}): Compressor {
  const ahead = workers + 1;
  // Several streams are compressed at once: buffers that are let go of cost more than those that wait.
  const buffers = createChunkBuffers(8 * ahead);
  const pool = createPool(workers, buffers);
  let inlined = 0;
  let threaded = false;

  /** Small work stays here, so that a small release never pays for threads. The bytes are the same either way. */
  async function compress(codec: Codec, chunk: Uint8Array<ArrayBuffer>): Promise<Piece> {
    if (
      workers === 0 ||
      (!threaded && inlined + chunk.length <= inlineBudget && chunk.length < codecs[codec].chunkSize)
    ) {
      inlined += chunk.length;
      const piece = await compressChunk(codec, chunk);
      buffers.giveBack(chunk);
      return piece;
    }
    threaded = true;
    return pool.run(codec, chunk);
  }

  const pieces = (codec: Codec, source: AsyncIterable<Uint8Array>): AsyncIterable<Piece> =>
    mapAhead(rechunk(source, codecs[codec].chunkSize, buffers), ahead, (chunk) => compress(codec, chunk));
  const piece = (codec: Codec, run: Uint8Array<ArrayBuffer>): Promise<Piece> => compress(codec, run);
  const prepare = (): void => {
    threaded = workers > 0;
    pool.prepare();
  };

  return { pieces, piece, prepare, close: () => pool.close() };
}
