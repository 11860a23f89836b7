/** One gzip member out of literal bytes and spliced contents, as every common reader sees it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { gzip } from "../../src/format/gzip.ts";
import { gunzip } from "../../src/format/inflate.ts";
import type { Content, Segment } from "../../src/format/segment.ts";
import { judge, needs } from "../judges.ts";
import { chunked, collect, contentOf, inline, run, scratch } from "./contents.ts";
import { chunk, random, records, text } from "./deflate/samples.ts";

const large = text(3 * chunk + 17);
const segments: readonly Segment[] = [
  Buffer.from("head"),
  contentOf(large),
  new Uint8Array(0),
  contentOf(""),
  contentOf("small"),
  contentOf(random(200_000)),
  contentOf(records(200_000)),
  Buffer.from("tail"),
];
const whole = Buffer.concat([
  Buffer.from("head"),
  large,
  Buffer.from("small"),
  random(200_000),
  records(200_000),
  Buffer.from("tail"),
]);
const member = await collect(gzip(segments, inline));

test("GNU gzip finds it intact and gives the segments back", () => {
  expect(run("gzip", ["-dc"], { input: member }).equals(whole)).toBe(true);
  expect(run("gzip", ["-tv"], { input: member }).length).toBe(0);
});

// These stop after the first member: a second one would be lost.
needs("ruby")("Ruby's GzipReader reads all of it, and nothing is left behind", ({ ruby }) => {
  const script = `$stdin.binmode; $stdout.binmode; gz = Zlib::GzipReader.new($stdin); $stdout.write(gz.read); abort "left" if gz.unused; gz.finish`;
  expect(run(ruby, ["-rzlib", "-e", script], { input: member }).equals(whole)).toBe(true);
});

needs("python3")("Python's zlib reads all of it as one member", ({ python3 }) => {
  const script = [
    "import sys, zlib",
    "one = zlib.decompressobj(31)",
    "sys.stdout.buffer.write(one.decompress(sys.stdin.buffer.read()) + one.flush())",
    "assert one.eof and not one.unused_data",
  ].join("\n");
  expect(run(python3, ["-c", script], { input: member }).equals(whole)).toBe(true);
});

test("DecompressionStream reads all of it", async () => {
  const read = new Blob([member]).stream().pipeThrough(new DecompressionStream("gzip"));
  expect(Buffer.from(await new Response(read).arrayBuffer()).equals(whole)).toBe(true);
});

test("the header says nothing of when and where it was written", () => {
  expect(member.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
});

test("nothing at all is an empty member", async () => {
  const empty = await collect(gzip([], inline));
  expect(gunzipSync(empty).length).toBe(0);
  expect(run("gzip", ["-dc"], { input: empty }).length).toBe(0);
});

test("the size in the trailer is modulo 2^32", async () => {
  // A content of 4 GiB and 5 bytes that claims to have been compressed before: only its size and CRC matter here.
  const huge: Content = {
    ...contentOf(""),
    size: 2 ** 32 + 5,
    compressed: async () => ({
      size: 2 ** 32 + 5,
      crc32: 0,
      compressedSize: 0,
      open: () => chunked(new Uint8Array(0)),
    }),
  };
  expect((await collect(gzip([huge], inline))).readUInt32LE(10 + 2 + 4)).toBe(5);
});

test("ten thousand small files come out no larger than from gzip -6", async () => {
  const files = Array.from({ length: 10_000 }, (_, index) => text(200 + (index % 700), index + 1));
  const spliced = await collect(gzip(files.map(contentOf), inline));
  expect(gunzipSync(spliced).equals(Buffer.concat(files))).toBe(true);
  expect(spliced.length).toBeLessThanOrEqual(run("gzip", ["-6nc"], { input: Buffer.concat(files) }).length);
});

describe("random segments", () => {
  const bytes = fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 400 }) },
    fc.record({ size: fc.nat(300_000), seed: fc.integer() }).map(({ size, seed }) => random(size, seed)),
    fc
      .record({ size: fc.integer({ min: 2, max: 300_000 }), seed: fc.integer() })
      .map(({ size, seed }) => text(size, seed)),
    fc.record({ size: fc.nat(300_000), byte: fc.nat(255) }).map(({ size, byte }) => new Uint8Array(size).fill(byte)),
    fc.constantFrom(chunk - 1, chunk, chunk + 1, 2 * chunk, 128 * 1024, 128 * 1024 + 1).map((size) => records(size)),
  );
  const segment = fc.record({ bytes, isContent: fc.boolean() });

  test("are read back by system programs, whatever they are and however they are split", async () => {
    const folder = scratch();
    const members: { readonly path: string; readonly bytes: Buffer }[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 12 }), async (list) => {
        const expected = Buffer.concat(list.map((one) => one.bytes));
        const written = await collect(
          gzip(
            list.map((one) => (one.isContent ? contentOf(one.bytes) : one.bytes)),
            inline,
          ),
        );
        expect(gunzipSync(written).equals(expected)).toBe(true);
        expect((await collect(gunzip(chunked(written, 4096)))).equals(expected)).toBe(true);
        const path = join(folder, `${members.length}.gz`);
        writeFileSync(path, written);
        members.push({ path, bytes: expected });
      }),
      { numRuns: 40 },
    );
    // All at once, since starting a program for each would take longest.
    const all = Buffer.concat(members.map((one) => one.bytes));
    const paths = members.map((one) => one.path);
    expect(run("gzip", ["-dc", ...paths]).equals(all)).toBe(true);
    const ruby = judge("ruby");
    if (ruby !== undefined) {
      const script =
        "$stdout.binmode; ARGV.each { |path| Zlib::GzipReader.open(path) { |gz| $stdout.write(gz.read) } }";
      expect(run(ruby, ["-rzlib", "-e", script, ...paths]).equals(all)).toBe(true);
    }
  });

  test("make the same member, wherever literal bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 12 }), async (list) => {
        expect(await collect(gzip(list, inline))).toEqual(await collect(gzip([Buffer.concat(list)], inline)));
      }),
    );
  });
});

test("the failure of a content surfaces", async () => {
  const broken: Content = { ...contentOf(large), compressed: () => Promise.reject(new Error("the disk is gone")) };
  await expect(collect(gzip([contentOf(large), broken, contentOf(large)], inline))).rejects.toThrow("the disk is gone");
});
