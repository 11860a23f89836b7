/** Writes zstd (RFC 8878) as frames that can be joined, and reads it. */
import { createZstdDecompress } from "node:zlib";

import type * as Zstd from "@bokuweb/zstd-wasm";

import { Problem } from "../model/problem.ts";
import { decompress } from "./decompress.ts";
import { byteReader } from "./deflate/byte-reader.ts";
import type { Compressor, Segment } from "./segment.ts";
import { splice } from "./splice.ts";
import type { OnSplice } from "./splices.ts";
import { xxh64Low } from "./xxh64.ts";
import { nextFrame } from "./zstd-frames.ts";

/** The last level before time grows faster than size shrinks; docs/performance.md has the numbers. */
const level = 9;

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
 * One frame that holds `bytes`, with its content size and checksum. The encoder is WebAssembly, so the bytes are the same on every
 * runtime and machine. It leaves the checksum out, which is therefore added here (RFC 8878, 3.1.1.1.1 and 3.1.1).
 */
export async function zstdFrame(bytes: Uint8Array): Promise<Uint8Array> {
  const { compress } = await (library ??= load());
  const frame = compress(bytes, level);
  const checked = new Uint8Array(frame.length + 4);
  checked.set(frame);
  const view = new DataView(checked.buffer);
  view.setUint8(4, view.getUint8(4) | 0x04); // Content_Checksum_flag of the Frame_Header_Descriptor
  view.setUint32(frame.length, xxh64Low(bytes), true);
  return checked;
}

/** Frames that hold `segments` joined; at least one. Memory is bounded by a few runs, whatever the contents' sizes. */
export async function* zstd(
  segments: AsyncIterable<Segment> | Iterable<Segment>,
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
      yield* decompress(frame, createZstdDecompress(), "zstd");
  } finally {
    await reader.close();
  }
}
