/** What the readers of deflate and gzip accept, and how they refuse the rest. */
import { deflateRawSync, gzipSync } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { gunzip, inflate } from "../../src/format/inflate.ts";
import { Problem } from "../../src/model/problem.ts";
import { chunked, chunks, collect } from "./contents.ts";
import { text } from "./deflate/samples.ts";

const bytes = text(60_000);

/** The code of the problem that reading ends in, or undefined. */
async function refusal(read: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  try {
    await collect(read);
    return undefined;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Problem);
    return (thrown as Problem).code;
  }
}

describe("inflate", () => {
  test("reads what zlib wrote, in chunks of any size", async () => {
    const stream = deflateRawSync(bytes);
    for (const size of [1, 7, 4096, stream.length]) {
      expect((await collect(inflate(chunked(stream, size)))).equals(bytes)).toBe(true);
    }
  });

  test("refuses a stream that ends early, anywhere", async () => {
    const stream = deflateRawSync(bytes.subarray(0, 2000));
    for (let length = 0; length < stream.length; length += 17) {
      expect(await refusal(inflate(chunked(stream.subarray(0, length)))), `${length} bytes`).toBe("format.invalid");
    }
  });

  test("refuses anything behind the final block", async () => {
    const stream = deflateRawSync(bytes);
    expect(await refusal(inflate(chunked(Buffer.concat([stream, Buffer.of(0)]))))).toBe("format.invalid");
    expect(await refusal(inflate(chunks([stream, Buffer.of(0)])))).toBe("format.invalid");
  });

  test("refuses what is no deflate stream", async () => {
    expect(await refusal(inflate(chunked(Buffer.from("\x07\x07\x07"))))).toBe("format.invalid");
  });

  test("passes on the failure of its source", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield deflateRawSync(bytes).subarray(0, 100);
      throw new Error("the line is dead");
    }
    await expect(collect(inflate(failing()))).rejects.toThrow("the line is dead");
  });

  test("lets go of its source when its reader stops early", async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunked(deflateRawSync(text(3_000_000)), 1000);
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of inflate(source())) break;
    expect(isClosed).toBe(true);
  });
});

describe("gunzip", () => {
  const member = gzipSync(bytes);

  test("reads members one after the other, in chunks of any size", async () => {
    const file = Buffer.concat([member, gzipSync(""), gzipSync("more")]);
    for (const size of [1, 10, 4096, file.length]) {
      expect((await collect(gunzip(chunked(file, size)))).equals(Buffer.concat([bytes, Buffer.from("more")]))).toBe(
        true,
      );
    }
  });

  test("skips every optional field of a header", async () => {
    const header = Buffer.concat([
      Buffer.of(0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 2, 3),
      Buffer.of(3, 0, 7, 7, 7), // extra field
      Buffer.from("name\0comment\0"),
      Buffer.of(0x12, 0x34), // CRC of the header
    ]);
    const file = Buffer.concat([header, member.subarray(10)]);
    expect((await collect(gunzip(chunked(file, 3)))).equals(bytes)).toBe(true);
  });

  test("refuses a file that ends early, anywhere", async () => {
    const short = gzipSync(bytes.subarray(0, 500));
    for (let length = 0; length < short.length; length++) {
      expect(await refusal(gunzip(chunked(short.subarray(0, length)))), `${length} bytes`).toBe("format.invalid");
    }
  });

  test("refuses padding and other garbage behind a member", async () => {
    for (const garbage of [Buffer.of(0), Buffer.alloc(512), Buffer.from("garbage that is long enough for a header")]) {
      expect(await refusal(gunzip(chunked(Buffer.concat([member, garbage]))))).toBe("format.invalid");
    }
  });

  test("refuses a wrong CRC-32 and a wrong size", async () => {
    for (const at of [member.length - 8, member.length - 1]) {
      const wrong = Buffer.from(member);
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      expect(await refusal(gunzip(chunked(wrong)))).toBe("format.invalid");
    }
  });

  test("gives the right bytes or refuses, whichever bit is flipped behind the header", async () => {
    const short = gzipSync(bytes.subarray(0, 3000));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 80, max: short.length * 8 - 1 }), async (bit) => {
        const wrong = Buffer.from(short);
        wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const code = await refusal(gunzip(chunked(wrong)));
        if (code === undefined)
          expect((await collect(gunzip(chunked(wrong)))).equals(bytes.subarray(0, 3000))).toBe(true);
        else expect(code).toBe("format.invalid");
      }),
    );
  });
});
