/** Xz as the xz program, GNU tar, bsdtar and Python see it. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import type { Segment } from "../../src/format/segment.ts";
import { tarSegments } from "../../src/format/tar/write.ts";
import { unxz, xz, xzSingle, xzStream } from "../../src/format/xz.ts";
import { Problem } from "../../src/model/problem.ts";
import { needs } from "../judges.ts";
import { chunked, collect, contentOf, inline, noise, run, scratch } from "./contents.ts";

const large = noise(1_100_000);
const segments: readonly Segment[] = [Buffer.from("head"), contentOf("small"), contentOf(large), Buffer.from("tail")];
const whole = Buffer.concat([Buffer.from("headsmall"), large, Buffer.from("tail")]);

needs("xz")("the xz program checks joined streams and gives the segments back", async ({ xz: program }) => {
  const path = join(scratch(), "a.xz");
  writeFileSync(path, await collect(xz(segments, inline)));
  run(program, ["-qt", path]);
  expect(run(program, ["-dc", path]).equals(whole)).toBe(true);
});

needs(
  "tar",
  "xz",
  "bsdtar",
  "python3",
)("GNU tar, bsdtar and Python list a tar.xz", async ({ tar, bsdtar, python3 }) => {
  const entries = ["a", "b"].map((path) => ({
    type: "file" as const,
    path,
    mode: 0o644,
    mtime: 0,
    content: contentOf(noise(300_000)),
  }));
  const path = join(scratch(), "a.tar.xz");
  writeFileSync(path, await collect(xz(tarSegments(entries, { dialect: "pax" }), inline)));
  expect(run(tar, ["-tJf", path]).toString()).toBe("a\nb\n");
  expect(run(bsdtar, ["-tf", path]).toString()).toBe("a\nb\n");
  expect(run(python3, ["-c", "import tarfile,sys; print(tarfile.open(sys.argv[1]).getnames())", path]).toString()).toBe(
    "['a', 'b']\n",
  );
});

test("compressing leaves the exit code of this process alone", async () => {
  const before = process.exitCode;
  process.exitCode = 3;
  await xzStream(Buffer.from("x"));
  const after = process.exitCode;
  process.exitCode = before;
  expect(after).toBe(3);
});

needs("xz")("as one stream, everything is in the first: the xz program counts its blocks", async ({ xz: program }) => {
  const path = join(scratch(), "a.xz");
  const bytes = await collect(xzSingle(segments, inline));
  writeFileSync(path, bytes);
  expect(run(program, ["-dc", "--single-stream", path]).equals(whole)).toBe(true);
  // Of the first column of `--robot --list`: streams and blocks of the file.
  expect(run(program, ["--robot", "--list", path]).toString()).toMatch(/^file\t1\t3\t/m);
  expect((await collect(unxz(chunked(bytes, 777)))).equals(whole)).toBe(true);
  const nothing = await collect(xzSingle([], inline));
  expect((await collect(unxz(chunked(nothing)))).length).toBe(0);
});

test("7-Zip goes on with its state behind bytes it could not compress, and so does the reader", async () => {
  const text = Buffer.from("all work and no play makes jack a dull boy. ".repeat(5000));
  const digests = Array.from({ length: 12_500 }, (_, index) => createHash("sha256").update(String(index)).digest());
  const mixed = Buffer.concat([text, ...digests, text]);
  expect((await collect(unxz(chunked(await xzStream(mixed))))).equals(mixed)).toBe(true);
});

test("what was written is read back, and nothing at all is still a stream", async () => {
  expect((await collect(unxz(chunked(await collect(xz(segments, inline)), 777)))).equals(whole)).toBe(true);
  expect((await collect(unxz(chunked(await collect(xz([], inline)))))).length).toBe(0);
});

needs("xz")("streams of the xz program are read with every check, preset and block size", async ({ xz: program }) => {
  const text = Buffer.from(
    Array.from({ length: 5_000 }, (_, index) => `line ${index * 7919} of a text that repeats itself\n`).join(""),
  );
  const options = [
    ["-0"],
    ["-6e"],
    ["-9", "--check=sha256"],
    ["--check=none"],
    ["--check=crc32", "--block-size=65536"],
    ["-T2", "--block-size=100000"],
    ["--lzma2=lc=0,lp=4,pb=0,dict=4KiB"],
  ];
  for (const input of [text, large.subarray(0, 200_000), new Uint8Array(500_000), Buffer.from("x"), Buffer.alloc(0)]) {
    for (const option of options) {
      const read = await collect(unxz(chunked(run(program, ["-c", ...option], { input }), 5000)));
      expect(read.equals(input), option.join(" ")).toBe(true);
    }
  }
});

needs("python3")("any bytes that Python compressed come back", async ({ python3 }) => {
  const script = "import lzma,sys,json\nfor l in sys.stdin: print(lzma.compress(bytes.fromhex(l.strip())).hex())";
  const inputs = fc.sample(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 })), {
    numRuns: 200,
    seed: 7,
  });
  const bodies = inputs.map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)));
  const lines = run(python3, ["-c", script], {
    input: Buffer.from(bodies.map((body) => `${body.toString("hex")}\n`).join("")),
  })
    .toString()
    .trim()
    .split("\n");
  for (const [index, line] of lines.entries()) {
    const body = bodies[index] ?? Buffer.alloc(0);
    expect((await collect(unxz(chunked(Buffer.from(line, "hex"))))).equals(body)).toBe(true);
  }
});

const good = await xzStream(Buffer.from("some text, some text, some text, some more text"));

const refused: Readonly<Record<string, Uint8Array>> = {
  "an empty stream": new Uint8Array(0),
  "a stream that is cut off": good.subarray(0, -1),
  "a header that is cut off": good.subarray(0, 7),
  "bytes after the last stream": Buffer.concat([good, Buffer.from("more")]),
  "something else": Buffer.from("not xz at all"),
};

for (const [what, bytes] of Object.entries(refused)) {
  test(`refused: ${what}`, async () => {
    await expect(collect(unxz(chunked(bytes)))).rejects.toMatchObject({ code: "format.invalid" });
  });
}

needs("xz")("refused: filters for machine code, which nobody releases with", async ({ xz: program }) => {
  const filtered = run(program, ["-c", "--x86", "--lzma2"], { input: large });
  await expect(collect(unxz(chunked(filtered)))).rejects.toMatchObject({
    code: "format.invalid",
    message: expect.stringContaining("filters"),
  });
});

needs("xz")("refused: a dictionary of more than 64 MiB", async ({ xz: program }) => {
  const greedy = run(program, ["-c", "--lzma2=dict=128MiB"], { input: large });
  await expect(collect(unxz(chunked(greedy)))).rejects.toMatchObject({
    code: "format.invalid",
    message: expect.stringContaining("64 MiB"),
  });
});

test("a stream that is changed anywhere is refused", async () => {
  const streams = Buffer.concat([good, good]);
  await fc.assert(
    fc.asyncProperty(fc.nat(streams.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const bytes = Buffer.from(streams);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      await expect(collect(unxz(chunked(bytes)))).rejects.toBeInstanceOf(Problem);
    }),
    { numRuns: 500 },
  );
});
