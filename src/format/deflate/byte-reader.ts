/** Reads a stream a few bytes at a time, and takes back what was read too far. */

export interface ByteReader {
  /** The next bytes, however many there are; undefined at the end. Never empty. */
  chunk(): Promise<Uint8Array | undefined>;
  /** Puts bytes back, to be read next. */
  unread(bytes: Uint8Array): void;
  /** Exactly `length` bytes, or what was left of them at the end. */
  take(length: number): Promise<Uint8Array>;
  /** Lets go of the source. */
  close(): Promise<void>;
}

export function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  const returned: Uint8Array[] = [];

  const reader: ByteReader = {
    async chunk() {
      const back = returned.pop();
      if (back !== undefined) return back;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) return undefined;
        if (value.length > 0) return value;
      }
    },
    unread(bytes) {
      if (bytes.length > 0) returned.push(bytes);
    },
    async take(length) {
      const taken = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const bytes = await reader.chunk();
        if (bytes === undefined) return taken.subarray(0, filled);
        const part = bytes.subarray(0, length - filled);
        taken.set(part, filled);
        filled += part.length;
        reader.unread(bytes.subarray(part.length));
      }
      return taken;
    },
    async close() {
      await iterator.return?.();
    },
  };
  return reader;
}
