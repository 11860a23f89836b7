/** Reads a stream in pieces: one after the other without beginning anew, and any piece again from the beginning. */
import type { BlobContent } from "../image-target.ts";

export interface BlobReader {
  /** `size` bytes from `offset` on. One piece at a time; chunks are only lent. */
  read(offset: number, size: number): AsyncIterable<Uint8Array>;
  /** Lets go of the stream. */
  close(): Promise<void>;
}

/** `open` begins the stream anew. Its own failure at the end, such as a wrong digest, comes with the piece that reaches the end. */
export function blobReader(blob: Pick<BlobContent, "size" | "open">): BlobReader {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  let rest: Uint8Array = new Uint8Array(0);
  let at = 0;

  async function close(): Promise<void> {
    await chunks?.return?.();
    chunks = undefined;
  }

  async function restart(): Promise<void> {
    await close();
    chunks = blob.open()[Symbol.asyncIterator]();
    rest = new Uint8Array(0);
    at = 0;
  }

  /** The next bytes, at most `most`; empty at the end. */
  async function next(most: number): Promise<Uint8Array> {
    while (rest.length === 0) {
      const result = await chunks?.next();
      if (result === undefined || result.done === true) return new Uint8Array(0);
      rest = result.value;
    }
    const part = rest.subarray(0, most);
    rest = rest.subarray(part.length);
    at += part.length;
    return part;
  }

  /** The last bytes, kept: what the stream says at its end is heard before they are handed on, while an upload can still be left unfinished. */
  async function last(part: Uint8Array): Promise<Uint8Array> {
    const kept = new Uint8Array(part);
    await next(1);
    return kept;
  }

  return {
    async *read(offset, size) {
      if (chunks === undefined || at > offset) await restart();
      while (at < offset && (await next(offset - at)).length > 0);
      const end = offset + size;
      while (at < end) {
        const part = await next(end - at);
        if (part.length === 0) break;
        yield at === blob.size ? await last(part) : part;
      }
      if (size === 0 && blob.size === 0) await next(1);
    },
    close,
  };
}
