/** Cuts a stream at fixed places, however it arrived. */

/** Where chunks come from and go back to once they are compressed, so that a long stream needs only a few. */
export interface ChunkBuffers {
  /** At least `size` bytes, with anything in them. */
  take(size: number): Uint8Array<ArrayBuffer>;
  giveBack(chunk: Uint8Array<ArrayBuffer>): void;
}

/** Keeps up to `most` buffers for use again. */
export function createChunkBuffers(most: number): ChunkBuffers {
  const spare: ArrayBuffer[] = [];
  return {
    take(size) {
      const index = spare.findIndex((buffer) => buffer.byteLength === size);
      const [buffer] = index < 0 ? [] : spare.splice(index, 1);
      return new Uint8Array(buffer ?? new ArrayBuffer(size));
    },
    giveBack({ buffer }) {
      spare.push(buffer);
      if (spare.length > most) spare.shift();
    },
  };
}

/**
 * The bytes of `source` in chunks of `size` bytes, the last one shorter; none when there are no bytes. Each chunk begins a
 * buffer of its own, which may be moved to another thread; whoever takes the chunk gives it back.
 */
export async function* rechunk(
  source: AsyncIterable<Uint8Array>,
  size: number,
  buffers: ChunkBuffers,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(0);
  let filled = 0;
  for await (const bytes of source) {
    let taken = 0;
    while (taken < bytes.length) {
      if (filled === chunk.length) chunk = withRoom(chunk, bytes.length - taken, size, buffers);
      const part = bytes.subarray(taken, taken + chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled === size) {
        yield chunk;
        chunk = new Uint8Array(0);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** What arrives in one go gets what it needs; once more follows, a whole chunk is likely to. */
function withRoom(
  chunk: Uint8Array<ArrayBuffer>,
  needed: number,
  size: number,
  buffers: ChunkBuffers,
): Uint8Array<ArrayBuffer> {
  if (chunk.length === 0) return needed < size ? new Uint8Array(needed) : buffers.take(size);
  const whole = buffers.take(size);
  whole.set(chunk);
  return whole;
}
