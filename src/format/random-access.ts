/** Bytes that can be read from any position: a file, or memory. */
import type { FileHandle } from "node:fs/promises";

import { Problem } from "../model/problem.ts";

export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes, put into `buffer` if there is one; fails with `format.invalid` when that is beyond the end. */
  read(offset: number, length: number, buffer?: Uint8Array): Promise<Uint8Array>;
}

export function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      if (!isWithin(bytes.length, offset, length)) throw endsEarly();
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** The file as it is now; whoever opened it closes it. */
export async function inFile(file: FileHandle): Promise<RandomAccess> {
  const { size } = await file.stat();
  return {
    size,
    async read(offset, length, buffer = new Uint8Array(length)) {
      if (!isWithin(size, offset, length)) throw endsEarly();
      const bytes = buffer.subarray(0, length);
      for (let filled = 0; filled < length;) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) throw endsEarly();
        filled += bytesRead;
      }
      return bytes;
    },
  };
}

/** The bytes of a range, in chunks. */
export async function* range(source: RandomAccess, offset: number, length: number): AsyncGenerator<Uint8Array> {
  const chunk = 256 * 1024;
  for (let done = 0; done < length; done += chunk) yield source.read(offset + done, Math.min(chunk, length - done));
}

/** The same in one buffer: a chunk is only there until the next is asked for. */
export async function* lentRange(source: RandomAccess, offset: number, length: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(lentChunk, length));
  for (let done = 0; done < length; done += lentChunk)
    yield source.read(offset + done, Math.min(lentChunk, length - done), buffer);
}

const lentChunk = 1024 * 1024;

function isWithin(size: number, offset: number, length: number): boolean {
  return offset >= 0 && length >= 0 && offset + length <= size;
}

function endsEarly(): Problem {
  return new Problem("format.invalid", "The file ends early");
}
