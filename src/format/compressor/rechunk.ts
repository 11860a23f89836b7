/** Cuts a stream at fixed places, however it arrived. */

/** The bytes of `source` in chunks of `size` bytes, the last one shorter; none when there are no bytes. Each has a buffer of its own. */
export async function* rechunk(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(0);
  let filled = 0;
  for await (const bytes of source) {
    let taken = 0;
    while (taken < bytes.length) {
      if (filled === chunk.length) {
        chunk = grow(chunk, Math.min(size, bytes.length - taken), size);
      }
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
  if (filled > 0) yield chunk.slice(0, filled);
}

/** `chunk` with room for `more` bytes, at least doubled: small streams never pay for a whole chunk. */
function grow(chunk: Uint8Array<ArrayBuffer>, more: number, limit: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.min(limit, Math.max(chunk.length + more, chunk.length * 2)));
  grown.set(chunk);
  return grown;
}
