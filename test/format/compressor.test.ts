/** The compressor's promises: the same pieces with any number of threads, in order, few at a time, and failures that surface. */
import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { inflateRawSync } from "node:zlib";

import fc from "fast-check";
import { afterAll, expect, test } from "vitest";

import { rechunk } from "../../src/format/compressor/rechunk.ts";
import { createCompressor } from "../../src/format/compressor.ts";
import { crc32 } from "../../src/format/crc32.ts";
import { finalBlock } from "../../src/format/deflate/final-block.ts";
import { chunked, collect, contentOf, inline, listOf } from "./contents.ts";
import { chunk, random, text } from "./deflate/samples.ts";

const threads = createCompressor({ workers: 2 });
afterAll(() => threads.close());

const bytes = Buffer.concat([text(5 * chunk), random(chunk + 1), text(12_345)]);

test("threads make the pieces that the calling thread makes", async () => {
  const pieces = await listOf(threads.pieces("deflate", chunked(bytes)));
  expect(pieces).toEqual(await listOf(inline.pieces("deflate", chunked(bytes, 1000))));
  expect(pieces.map((piece) => piece.size)).toEqual([chunk, chunk, chunk, chunk, chunk, chunk, 12_346]);
  expect(pieces.map((piece) => piece.crc32)).toEqual(
    pieces.map((_, index) => crc32(bytes.subarray(index * chunk, (index + 1) * chunk))),
  );
  expect(inflateRawSync(Buffer.concat([...pieces.map((piece) => piece.data), finalBlock])).equals(bytes)).toBe(true);
});

test("every codec works on threads", async () => {
  for (const codec of ["deflate", "zstd", "xz"] as const) {
    const source = text(chunk + 100);
    const pieces = await listOf(threads.pieces(codec, chunked(source)));
    expect(pieces).toEqual(await listOf(inline.pieces(codec, chunked(source))));
  }
});

test("several streams share the threads", async () => {
  const streams = Array.from({ length: 5 }, (_, index) => text(chunk + 1000 * index, index + 1));
  const results = await Promise.all(streams.map((stream) => listOf(threads.pieces("deflate", chunked(stream)))));
  for (const [index, pieces] of results.entries()) {
    const read = inflateRawSync(Buffer.concat([...pieces.map((piece) => piece.data), finalBlock]));
    expect(read.equals(streams[index] ?? bytes)).toBe(true);
  }
});

test("no bytes make no pieces", async () => {
  expect(await listOf(threads.pieces("deflate", chunked(new Uint8Array(0))))).toEqual([]);
});

test("the source is read only a few chunks ahead", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; read < 100; read++) yield text(chunk, read);
  }
  let taken = 0;
  for await (const _ of threads.pieces("deflate", endless())) {
    taken++;
    expect(read - taken).toBeLessThanOrEqual(3);
    if (taken === 6) break;
  }
  expect(read).toBeLessThanOrEqual(9);
});

test("the caller's bytes are left alone", async () => {
  const own = text(2 * chunk);
  const before = Buffer.from(own);
  await listOf(threads.pieces("deflate", chunked(own, own.length)));
  expect(own.equals(before)).toBe(true);
});

test("the failure of a source surfaces", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* chunked(bytes);
    throw new Error("the disk is gone");
  }
  await expect(listOf(threads.pieces("deflate", failing()))).rejects.toThrow("the disk is gone");
});

test("closing fails what is under way and what comes later", async () => {
  const compressor = createCompressor({ workers: 2 });
  const outcome = listOf(compressor.pieces("deflate", chunked(bytes))).catch(String);
  await setTimeout(20);
  await compressor.close();
  expect(await outcome).toContain("closed");
  await expect(listOf(compressor.pieces("deflate", chunked(bytes)))).rejects.toThrow("closed");
});

const module = (path: string): string => JSON.stringify(new URL(`../../src/format/${path}`, import.meta.url).href);
const program = (body: string): string => `
  import { createCompressor } from ${module("compressor.ts")};
  const compressor = createCompressor({ workers: 2 });
  const source = async function* (size) { for (let left = size; left > 0; left -= 65536) yield new Uint8Array(Math.min(65536, left)); };
  ${body}
`;

test("a process whose threads have nothing to do ends by itself", () => {
  const body = `let size = 0; for await (const piece of compressor.pieces("deflate", source(9e6))) size += piece.size; console.log(size);`;
  for (const [runtime, ...args] of [[process.execPath, "--input-type=module"], ["bun"]]) {
    const result = spawnSync(runtime ?? "", [...args, "-e", program(body)], { encoding: "utf8", timeout: 20_000 });
    expect(result).toMatchObject({ status: 0, stdout: "9000000\n" });
  }
});

test("a process waits for pieces that nothing else keeps it open for", () => {
  const body = `compressor.pieces("deflate", source(9e6))[Symbol.asyncIterator]().next().then(({ value }) => console.log(value.size));`;
  const result = spawnSync(process.execPath, ["--input-type=module", "-e", program(body)], { encoding: "utf8" });
  expect(result).toMatchObject({ status: 0, stdout: `${chunk}\n` });
});

test("memory does not grow with the stream", () => {
  const body = `
    const peak = async (size) => { for await (const _ of compressor.pieces("deflate", source(size))); return process.resourceUsage().maxRSS; };
    await peak(20e6);
    const before = await peak(20e6);
    console.log(await peak(4e8) - before);`;
  const result = spawnSync(process.execPath, ["--input-type=module", "-e", program(body)], { encoding: "utf8" });
  // In KiB. Four hundred megabytes went through; garbage of some tens may wait to be collected.
  expect(Number(result.stdout)).toBeLessThan(100_000);
});

test("chunks are cut at the same places, however the bytes arrive", async () => {
  const fresh = { take: (size: number) => new Uint8Array(size), giveBack: () => {} };
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (data, size, step) => {
        const list = await listOf(rechunk(chunked(data, step), size, fresh));
        expect(Buffer.concat(list).equals(data)).toBe(true);
        expect(list.slice(0, -1).every((part) => part.length === size)).toBe(true);
        expect((list.at(-1)?.length ?? 1) > 0).toBe(true);
        expect(list.every((part) => part.byteOffset === 0)).toBe(true);
      },
    ),
  );
});

test("a content's compressed form is the joined pieces", async () => {
  const compressed = await contentOf(bytes).compressed("deflate");
  expect(compressed).toMatchObject({ size: bytes.length, crc32: crc32(bytes) });
  expect((await collect(compressed.open())).length).toBe(compressed.compressedSize);
});
