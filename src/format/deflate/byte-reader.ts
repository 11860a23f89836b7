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
  /**
   * Exactly `length` bytes where they are there without waiting, or undefined. They are only there until more is read:
   * waiting for, and copying, a few bytes costs more than they do.
   */
  takeNow(length: number): Uint8Array | undefined;
  /** Lets go of the source. */
  close(): Promise<void>;
}

/** Bytes that are known and not there can only be passed over whole: anything else fails with `format.invalid`. */
export function byteReader(source: AsyncIterable<Uint8Array | KnownBytes>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  /** Bytes to be read next, from `at` on. */
  let current: Uint8Array = nothing;
  let at = 0;
  /** What comes after them; the last comes first. */
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

  /** The bytes that are there, which are then behind; empty when there are none. */
  function takeCurrent(): Uint8Array {
    const taken = at === 0 ? current : current.subarray(at);
    current = returned.pop() ?? nothing;
    at = 0;
    return taken;
  }

  const reader: ByteReader = {
    async known(size) {
      if (current.length > 0) return undefined;
      const item = ahead ?? (await next());
      ahead = undefined;
      if (item === undefined) return undefined;
      if (item instanceof Uint8Array) {
        current = item;
        return undefined;
      }
      if (item.size !== size) throw notThere();
      return item;
    },
    async chunk() {
      if (current.length > 0) return takeCurrent();
      const item = ahead ?? (await next());
      if (item === undefined || item instanceof Uint8Array) return item;
      ahead = item;
      throw notThere();
    },
    unread(bytes) {
      if (bytes.length === 0) return;
      const rest = takeCurrent();
      if (current.length > 0) returned.push(current);
      if (rest.length > 0) returned.push(rest);
      current = bytes;
    },
    takeNow(length) {
      const end = at + length;
      if (end > current.length) return undefined;
      const taken = current.subarray(at, end);
      if (end === current.length) takeCurrent();
      else at = end;
      return taken;
    },
    async take(length) {
      const taken = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        if (current.length === 0) {
          const bytes = await reader.chunk();
          if (bytes === undefined) return taken.subarray(0, filled);
          current = bytes;
        }
        const part = reader.takeNow(Math.min(length - filled, current.length - at)) as Uint8Array;
        taken.set(part, filled);
        filled += part.length;
      }
      return taken;
    },
    async close() {
      await iterator.return?.();
    },
  };
  return reader;
}

const nothing = new Uint8Array(0);

function notThere(): Problem {
  return new Problem("format.invalid", "Spliced bytes stand where none belong");
}
