/** Writes zstd (RFC 8878) as frames that can be joined, and reads it. */
import { createZstdDecompress } from "node:zlib";

import type * as Zstd from "@bokuweb/zstd-wasm";

import { Problem } from "../model/problem.ts";
import { decompress } from "./decompress.ts";
import { byteReader } from "./deflate/byte-reader.ts";
import type { Compressor, Segments } from "./segment.ts";
import { partsOf, splice } from "./splice.ts";
import type { OnSplice } from "./splices.ts";
import { xxh64Low } from "./xxh64.ts";
import { blocksOfFrames, nextFrame } from "./zstd-frames.ts";
import { joinableBlocks, lastBlock, openFrameHeader } from "./zstd-joinable.ts";

/** The last level that keeps up with deflate; docs/performance.md has the numbers. */
const level = 4;

const sizes = {
  /** Contents up to this size compress together with their neighbours. */
  small: 256 * 1024,
  /** One frame, since it is the compressor's chunk. */
  run: 4 * 1024 * 1024,
};

type Library = Pick<typeof Zstd, "compress">;

let library: Promise<Library> | undefined;

async function load(): Promise<Library> {
  const loaded = await import("@bokuweb/zstd-wasm");
  await loaded.init();
  return loaded;
}

/**
 * One frame that holds `bytes`, with its content size and checksum; its blocks may stand in another frame as well. The encoder is
 * WebAssembly, so the bytes are the same on every runtime and machine.
 */
export async function zstdFrame(bytes: Uint8Array): Promise<Uint8Array> {
  const { compress } = await (library ??= load());
  const blocks = await joinableBlocks(bytes, (input) => compress(input, level));
  const frame = new Uint8Array(9 + blocks.length + lastBlock.length + 4);
  const view = new DataView(frame.buffer);
  // Single_Segment_Flag, Content_Checksum_flag, a content size of four bytes (RFC 8878, 3.1.1.1).
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0xa4]);
  view.setUint32(5, bytes.length, true);
  frame.set(blocks, 9);
  frame.set(lastBlock, 9 + blocks.length);
  view.setUint32(frame.length - 4, xxh64Low(bytes), true);
  return frame;
}

/** Frames that hold `segments` joined; at least one. Memory is bounded by a few runs, whatever the contents' sizes. */
export async function* zstd(
  segments: Segments,
  compressor: Compressor,
  onSplice?: OnSplice,
): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const bytes of splice(segments, "zstd", sizes, compressor, onSplice)) {
    empty = false;
    yield bytes;
  }
  if (empty) yield await zstdFrame(new Uint8Array(0));
}

/** The same as one frame, for readers that stop behind the first. It has no checksum: nobody can join those. */
export async function* zstdSingle(segments: Segments, compressor: Compressor): AsyncGenerator<Uint8Array> {
  yield openFrameHeader;
  for await (const { bytes } of partsOf(segments, "zstd", sizes, compressor)) yield* blocksOfFrames(bytes);
  yield lastBlock;
}

/**
 * The bytes inside zstd frames. Fails with `format.invalid` on damage, an early end, no frame at all and anything after the last
 * one. Memory is bounded by a frame's window, at most 128 MiB.
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(source);
  try {
    let frame = await nextFrame(reader);
    if (frame === undefined) throw new Problem("format.invalid", "The zstd stream is empty");
    // One decoder per frame, since Node's stops at the end of the first.
    for (; frame !== undefined; frame = await nextFrame(reader))
      yield* decompress(frame, createZstdDecompress({ chunkSize: 256 * 1024 }), "zstd");
  } finally {
    await reader.close();
  }
}
