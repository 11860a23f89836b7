/** Zstd as the zstd program, GNU tar, bsdtar and Node's own library see it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";

import fc from "fast-check";
import { expect, test } from "vitest";

import type { Segment } from "../../src/format/segment.ts";
import { tarSegments } from "../../src/format/tar/write.ts";
import { unzstd, zstd, zstdFrame, zstdSingle } from "../../src/format/zstd.ts";
import { Problem } from "../../src/model/problem.ts";
import { needs } from "../judges.ts";
import { chunked, collect, contentOf, inline, noise, run, scratch } from "./contents.ts";

const large = noise(5_000_000);
const segments: readonly Segment[] = [
  Buffer.from("head"),
  contentOf("small"),
  contentOf(large),
  new Uint8Array(0),
  Buffer.from("tail"),
  contentOf(""),
];
const whole = Buffer.concat([Buffer.from("headsmall"), large, Buffer.from("tail")]);

test("a frame has its content size and a checksum that Node's zstd verifies", async () => {
  const frame = await zstdFrame(Buffer.from("hello"));
  expect(zstdDecompressSync(frame).toString()).toBe("hello");
  const damaged = Uint8Array.from(frame);
  damaged[frame.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  expect(() => zstdDecompressSync(damaged)).toThrow("checksum");
});

needs("zstd")("as one frame, blocks that were compressed apart mean the same", async ({ zstd: judge }) => {
  const path = join(scratch(), "a.zst");
  // What begins with a run of equal bytes uses the offset of 1 that every frame begins with.
  const runs = Buffer.concat([Buffer.alloc(700_000, "a"), Buffer.from("tail"), Buffer.alloc(300_000)]);
  const program = readFileSync(process.execPath).subarray(0, 9_000_000);
  const parts = [Buffer.from("head"), ...[runs, program, runs, program.subarray(64)].map((part) => contentOf(part))];
  const expected = Buffer.concat([Buffer.from("head"), runs, program, runs, program.subarray(64)]);
  const bytes = await collect(zstdSingle(parts, inline));
  writeFileSync(path, bytes);
  expect(run(judge, ["-lv", path]).toString()).toContain("Zstandard Frames: 1");
  expect(run(judge, ["-qdc", path]).equals(expected)).toBe(true);
  expect(zstdDecompressSync(bytes).equals(expected)).toBe(true);
  expect((await collect(unzstd(chunked(bytes, 777)))).equals(expected)).toBe(true);
});

test("as one frame, nothing at all is still a frame", async () => {
  expect(zstdDecompressSync(await collect(zstdSingle([], inline))).length).toBe(0);
});

needs("zstd")("the zstd program checks joined frames and gives the segments back", async ({ zstd: program }) => {
  const path = join(scratch(), "a.zst");
  writeFileSync(path, await collect(zstd(segments, inline)));
  run(program, ["-qt", path]);
  expect(run(program, ["-qdc", path]).equals(whole)).toBe(true);
  expect(run(program, ["-lv", path]).toString()).toMatch(/Check: XXH64/);
});

needs(
  "tar",
  "zstd",
  "bsdtar",
)("GNU tar and bsdtar list a tar.zst", async ({ tar, bsdtar }) => {
  const entries = ["a", "b"].map((path) => ({
    type: "file" as const,
    path,
    mode: 0o644,
    mtime: 0,
    content: contentOf(noise(400_000)),
  }));
  const path = join(scratch(), "a.tar.zst");
  writeFileSync(path, await collect(zstd(tarSegments(entries, { dialect: "pax" }), inline)));
  expect(run(tar, ["--zstd", "-tf", path]).toString()).toBe("a\nb\n");
  expect(run(bsdtar, ["-tf", path]).toString()).toBe("a\nb\n");
});

test("a large content is spliced in as it was compressed before", async () => {
  const content = contentOf(large);
  const compressed = await collect((await content.compressed("zstd")).open());
  expect((await collect(zstd([Buffer.from("head"), content], inline))).includes(compressed)).toBe(true);
});

test("nothing at all is still a frame", async () => {
  const empty = await collect(zstd([], inline));
  expect(zstdDecompressSync(empty).length).toBe(0);
  expect((await collect(unzstd(chunked(empty)))).length).toBe(0);
});

needs("zstd")("frames of the zstd program are read, skippable ones are passed over", async ({ zstd: program }) => {
  const theirs = run(program, ["-19", "--long=27", "-c"], { input: large });
  const skippable = Buffer.from("502a4d18" + "03000000" + "aabbcc", "hex");
  const joined = Buffer.concat([
    skippable,
    theirs,
    skippable,
    run(program, ["-1", "--no-check", "-c"], { input: Buffer.from("x") }),
    skippable,
  ]);
  expect((await collect(unzstd(chunked(joined, 1000)))).equals(Buffer.concat([large, Buffer.from("x")]))).toBe(true);
});

test("any bytes come back, however they are split into segments", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 500 }),
      async (parts, chunk) => {
        const bytes = await collect(
          zstd(
            parts.map((part, index) => (index % 2 === 0 ? part : contentOf(part))),
            inline,
          ),
        );
        expect((await collect(unzstd(chunked(bytes, chunk)))).equals(Buffer.concat(parts))).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});

const good = await zstdFrame(Buffer.from("some text, some text, some text, some more text"));

const refused: Readonly<Record<string, Uint8Array>> = {
  "an empty stream": new Uint8Array(0),
  "a frame that is cut off": good.subarray(0, -1),
  "a magic number that is cut off": good.subarray(0, 3),
  "bytes after the last frame": Buffer.concat([good, Buffer.from("more")]),
  "zeros after the last frame": Buffer.concat([good, Buffer.alloc(1)]),
  "a wrong checksum": Buffer.concat([good.subarray(0, -1), Uint8Array.of((good.at(-1) ?? 0) ^ 1)]),
  "something else": Buffer.from("not zstd at all"),
};

for (const [what, bytes] of Object.entries(refused)) {
  test(`refused: ${what}`, async () => {
    await expect(collect(unzstd(chunked(bytes)))).rejects.toMatchObject({ code: "format.invalid" });
  });
}

test("a stream that is changed anywhere is refused, or holds the same bytes", async () => {
  const frames = Buffer.concat([good, good]);
  const plain = await collect(unzstd(chunked(frames)));
  await fc.assert(
    fc.asyncProperty(fc.nat(frames.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const bytes = Buffer.from(frames);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      await collect(unzstd(chunked(bytes))).then(
        (read) => expect(read.equals(plain)).toBe(true),
        (thrown: unknown) => expect(thrown).toBeInstanceOf(Problem),
      );
    }),
    { numRuns: 300 },
  );
});

test("the source's own failure is not taken for damage", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield good.subarray(0, 20);
    throw new Error("the disk is gone");
  }
  await expect(collect(unzstd(failing()))).rejects.toThrow("the disk is gone");
});
