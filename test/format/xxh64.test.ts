/** XXH64 against the checksums that the zstd program writes. */
import { expect, test } from "vitest";

import { xxh64Low } from "../../src/format/xxh64.ts";
import { needs } from "../judges.ts";
import { noise, run } from "./contents.ts";

test("the hashes of the specification's test vectors come out", () => {
  expect(xxh64Low(new Uint8Array(0))).toBe(0x51d8e999); // of ef46db3751d8e999
  expect(xxh64Low(Buffer.from("abc"))).toBe(0xad770999); // of 44bc2cf5ad770999
});

needs("zstd")("every length up to three stripes, and a large one, hashes as zstd does", ({ zstd }) => {
  for (const length of [...Array.from({ length: 97 }, (_, index) => index), 1_000_003]) {
    const bytes = noise(length, length);
    const frame = run(zstd, ["-1", "--check", "-c"], { input: bytes });
    expect([length, xxh64Low(bytes)]).toEqual([length, frame.readUInt32LE(frame.length - 4)]);
  }
});
