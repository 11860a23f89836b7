/** What the deflate kernel writes: readable, joinable, small, and never different. */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { finalBlock } from "../../../src/format/deflate/final-block.ts";
import { createKernel } from "../../../src/format/deflate/kernel.ts";
import { deflatePiece } from "../../../src/format/deflate/piece.ts";
import { chunk, random, records, samples, text } from "./samples.ts";

/** What zlib makes of pieces joined and ended. */
function inflated(...pieces: readonly Uint8Array[]): Buffer {
  return inflateRawSync(Buffer.concat([...pieces, finalBlock]));
}

describe.each(Object.entries(samples))("%s", (_, bytes) => {
  const piece = deflatePiece(bytes);

  test("is read back by zlib", () => {
    expect(inflated(piece).equals(bytes)).toBe(true);
  });

  test("may stand before and behind other pieces", () => {
    const other = deflatePiece(Buffer.from("other"));
    const read = inflated(other, piece, other, piece);
    expect(read.equals(Buffer.concat([Buffer.from("other"), bytes, Buffer.from("other"), bytes]))).toBe(true);
  });

  test("has no final block", () => {
    // A decoder that saw one would be done, and refuse nothing; without one it waits for more.
    expect(() => inflateRawSync(piece)).toThrow("unexpected end of file");
    expect(inflateRawSync(piece, { finishFlush: constants.Z_SYNC_FLUSH }).equals(bytes)).toBe(true);
  });

  test("takes at most a little more than stored bytes would", () => {
    expect(piece.length).toBeLessThanOrEqual(bytes.length + 5 * Math.ceil(bytes.length / 65535) + 5);
  });
});

// Compared with zlib over the same cut: what cutting costs is a matter of the chunk's size, and shown by the benchmark.
test.each([
  ["words", text(chunk, 3)],
  ["machine code", machineCode()],
])("%s come out no larger than from zlib at level 6", (_, bytes) => {
  expect(deflatePiece(bytes).length).toBeLessThanOrEqual(deflateRawSync(bytes, { level: 6 }).length);
});

/** A chunk from the middle of the program that runs this. */
function machineCode(): Buffer {
  const file = openSync(process.execPath, "r");
  try {
    const bytes = Buffer.alloc(chunk);
    expect(readSync(file, bytes, 0, chunk, 40 * 1024 * 1024)).toBe(chunk);
    return bytes;
  } finally {
    closeSync(file);
  }
}

test("any bytes survive, and what was compressed before leaves no trace", () => {
  const parts = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .record({ byte: fc.nat(255), times: fc.nat(70_000) })
        .map(({ byte, times }) => new Uint8Array(times).fill(byte)),
      fc.record({ seed: fc.integer(), size: fc.nat(40_000) }).map(({ seed, size }) => random(size, seed)),
      fc
        .record({ seed: fc.integer(), size: fc.integer({ min: 2, max: 40_000 }) })
        .map(({ seed, size }) => text(size, seed)),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(parts, (list) => {
      const bytes = Buffer.concat(list);
      const piece = deflatePiece(bytes);
      expect(inflated(piece).equals(bytes)).toBe(true);
      deflatePiece(random(5000, bytes.length));
      expect(deflatePiece(bytes)).toEqual(piece);
    }),
    { numRuns: 60 },
  );
});

test("more than a chunk is refused", () => {
  expect(() => deflatePiece(new Uint8Array(chunk + 1))).toThrow(RangeError);
});

test("reading back notices any flipped bit of the blocks or of the bytes", () => {
  const kernel = createKernel();
  const memory = new Uint8Array(kernel.memory.buffer);
  const flip = (at: number, bit: number): void => void (memory[at] = (memory[at] ?? 0) ^ (1 << bit));
  for (const bytes of [text(20_000), random(3000), Buffer.from("abcabcabcabc"), records(9000)]) {
    memory.set(bytes, kernel.INPUT.value);
    const size = kernel.deflate(bytes.length);
    expect(kernel.readsBack(bytes.length, size)).toBe(1);
    expect(kernel.readsBack(bytes.length, size - 1)).toBe(0);
    expect(kernel.readsBack(bytes.length - 1, size)).toBe(0);
    for (let bit = 0; bit < 8 * size; bit += size > 2000 ? 13 : 1) {
      flip(kernel.OUTPUT.value + (bit >> 3), bit & 7);
      const blocks = memory.slice(kernel.OUTPUT.value, kernel.OUTPUT.value + size);
      if (!sameMeaning(blocks, bytes)) expect(kernel.readsBack(bytes.length, size), `bit ${bit}`).toBe(0);
      flip(kernel.OUTPUT.value + (bit >> 3), bit & 7);
    }
    for (let at = 0; at < bytes.length; at += 97) {
      flip(kernel.INPUT.value + at, at & 7);
      expect(kernel.readsBack(bytes.length, size), `byte ${at}`).toBe(0);
      flip(kernel.INPUT.value + at, at & 7);
    }
  }
});

/** A flipped bit may be padding, or make a match point to the same bytes elsewhere; zlib says whether it matters. */
function sameMeaning(blocks: Uint8Array, bytes: Uint8Array): boolean {
  try {
    return inflated(blocks).equals(bytes);
  } catch {
    return false;
  }
}

// Bytes that changed here have changed in every archive: raise `formVersion` in `make/content.ts` with them.
test("the bytes are those of every other machine and day", () => {
  const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const digests = Object.fromEntries(
    Object.entries(samples).map(([name, bytes]) => [name, digest(deflatePiece(bytes))]),
  );
  expect(digests).toMatchInlineSnapshot(`
    {
      "a short text": "f2585947deff5780",
      "a whole chunk without a pattern": "349b2036eaf80c76",
      "every byte once": "d99be06a19857ed7",
      "no pattern": "e1985258907e4bf1",
      "nothing": "e3b0c44298fc1c14",
      "one byte": "8ef839ed83351bea",
      "one byte many times": "db9f947c6404ff97",
      "one kind after another": "f2c5181ca0c98e12",
      "records": "cf06417b60602206",
      "repeats at the window's edge": "30a16b69d6b5a5e7",
      "something compressed": "fd49bdb5cc613d0f",
      "two bytes": "038454072e6e64ba",
      "words": "cd64b566c1234241",
      "zeros up to an odd end": "8d50f08d07c964b0",
    }
  `);
});
