/** Streams joined into one: every reader finds the same bytes, though it stops after the first stream. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { oneStream } from "../../../src/format/xz/one-stream.ts";
import { unxz, xzStream } from "../../../src/format/xz.ts";
import { needs } from "../../judges.ts";

const texts = ["one ".repeat(5000), "", "two", "\0".repeat(300_000)];

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of bytes) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function streams(): Promise<Buffer> {
  return Buffer.concat(await Promise.all(texts.map((text) => xzStream(Buffer.from(text)))));
}

describe("one stream", () => {
  needs("xz")("holds the blocks of all, which xz lists as one stream and unpacks", async ({ xz }) => {
    const joined = await collect(oneStream(inParts(await streams(), 13)));
    expect(
      execFileSync(xz, ["--decompress", "--single-stream", "--stdout"], {
        input: joined,
        encoding: "utf8",
        maxBuffer: 1e7,
      }),
    ).toBe(texts.join(""));
    expect((await collect(unxz(inParts(joined, 1000)))).toString()).toBe(texts.join(""));
  });

  needs("xz")("is made of what other writers wrote, several blocks in a stream included", async ({ xz }) => {
    const input = Buffer.from(texts.join(""));
    const theirs = execFileSync(xz, ["--block-size=65536", "--check=crc64", "--stdout"], { input });
    const joined = await collect(oneStream(inParts(Buffer.concat([theirs, theirs]), 4096)));
    expect(
      execFileSync(xz, ["--decompress", "--single-stream", "--stdout"], {
        input: joined,
        encoding: "utf8",
        maxBuffer: 1e7,
      }),
    ).toBe(texts.join("").repeat(2));
  });

  needs("xz")("is not made of streams with different checks", async ({ xz }) => {
    const [one, two] = ["crc32", "sha256"].map((check) =>
      execFileSync(xz, [`--check=${check}`, "--stdout"], { input: "text" }),
    );
    await expect(
      collect(oneStream(inParts(Buffer.concat([one ?? Buffer.alloc(0), two ?? Buffer.alloc(0)]), 100))),
    ).rejects.toThrow("another kind of check");
  });

  it("is refused wherever its streams are cut", async () => {
    const whole = await xzStream(Buffer.from("text ".repeat(1000)));
    for (let end = 0; end < whole.length; end++)
      await expect(collect(oneStream(inParts(whole.subarray(0, end), 50))), `cut at ${end}`).rejects.toThrow(
        /xz stream/,
      );
  });
});
