/** Reads a stream a few bytes at a time, and takes back what was read too far. */

import { Problem } from "../../model/problem.ts";
import type { KnownBytes } from "../splices.ts";

export interface ByteReader {
  /** What is known of exactly the next `size` bytes, which are then behind; undefined when they are to be read. */
  known(size: number): Promise<KnownBytes | undefined>;
  /** The next bytes, however many there are; undefined at the end. Never empty. */
  chunk(): Promise<Uint8Array | undefined>;
  /** Puts bytes back, to be read next. */
  unread(bytes: Uint8Array): void;
  /** Exactly `length` bytes, or what was left of them at the end. */
  take(length: number): Promise<Uint8Array>;
  /** Lets go of the source. */
  close(): Promise<void>;
}

/** Bytes that are known and not there can only be passed over whole: anything else fails with `format.invalid`. */
export function byteReader(source: AsyncIterable<Uint8Array | KnownBytes>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  const returned: Uint8Array[] = [];
  let ahead: KnownBytes | undefined;

  /** The next item of the source that is not empty. */
  async function next(): Promise<Uint8Array | KnownBytes | undefined> {
    for (;;) {
      const item = await iterator.next();
      if (item.done === true) return undefined;
      if (!(item.value instanceof Uint8Array) || item.value.length > 0) return item.value;
    }
  }

  const reader: ByteReader = {
    async known(size) {
      if (returned.length > 0) return undefined;
      const item = ahead ?? (await next());
      ahead = undefined;
      if (item === undefined) return undefined;
      if (item instanceof Uint8Array) {
        returned.push(item);
        return undefined;
      }
      if (item.size !== size) throw notThere();
      return item;
    },
    async chunk() {
      const back = returned.pop();
      if (back !== undefined) return back;
      const item = ahead ?? (await next());
      if (item === undefined || item instanceof Uint8Array) return item;
      ahead = item;
      throw notThere();
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

function notThere(): Problem {
  return new Problem("format.invalid", "Spliced bytes stand where none belong");
}
