/** Bytes of every kind a deflate encoder treats differently, the same on every run. */
import { deflatePiece } from "../../../src/format/deflate/piece.ts";

/** As many bytes as one piece holds. */
export const chunk = 2 * 1024 * 1024;

/** Bytes without any pattern. */
export function random(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    bytes[at] = (state ^ (state >>> 13)) >>> 24;
  }
  return bytes;
}

/** Words in random order, some of them new. */
export function text(size: number, seed = 1): Buffer {
  const numbers = random(size, seed);
  const words = Array.from({ length: 500 }, (_, index) => `w${(index * index * 7919).toString(36)}`);
  const parts: string[] = [];
  for (let length = 0, at = 0; length < size; at++) {
    const number = numbers.readUInt16LE((at * 2) % (size - 1));
    const word = number % 50 === 0 ? number.toString(16) : (words[number % words.length] ?? "");
    parts.push(word);
    length += word.length + 1;
  }
  return Buffer.from(parts.join(" ")).subarray(0, size);
}

/** Records with fields that repeat at a fixed distance, as tables in binaries have. */
export function records(size: number): Buffer {
  const numbers = random(size, 7);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 24 <= size; at += 24) {
    bytes.writeUInt32LE(0x401000 + at * 3, at);
    bytes.writeUInt32LE((numbers[at] ?? 0) & 7, at + 8);
    bytes.writeUInt16LE(numbers.readUInt16LE(at) & 0xfff, at + 16);
  }
  return bytes;
}

/** A repetition whose period is the farthest a match can reach, and one that is just out of reach. */
export function farRepeats(): Buffer {
  const near = random(32768, 3);
  const far = random(32769, 4);
  return Buffer.concat([near, near, near, far, far, far]);
}

export const samples: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(0),
  "one byte": Uint8Array.of(65),
  "two bytes": Uint8Array.of(0, 0),
  "a short text": Buffer.from("hello, hello, hello"),
  "one byte many times": Buffer.alloc(chunk, 7),
  "zeros up to an odd end": Buffer.alloc(100_003),
  "every byte once": Uint8Array.from({ length: 256 }, (_, index) => index),
  "no pattern": random(1_000_003),
  "a whole chunk without a pattern": random(chunk),
  "something compressed": deflatePiece(text(500_000)),
  words: text(chunk - 1),
  records: records(1_500_000),
  "repeats at the window's edge": farRepeats(),
  "one kind after another": Buffer.concat([text(300_000), random(200_000), records(300_000), Buffer.alloc(70_000)]),
};
