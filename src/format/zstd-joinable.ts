/** Compresses zstd blocks that refer to nothing before them, so that they may stand in any frame behind any others. */
import { zstdDecompressSync } from "node:zlib";

import { blocksOfFrames } from "./zstd-frames.ts";

/** The most one block decodes to (RFC 8878, 3.1.1.2.4). */
const blockSize = 128 * 1024;

/** Far enough for every chunk: the largest has 4 MiB. */
const windowSize = 8 * 1024 * 1024;

/** Of a frame that nobody knows the size of: a window of 8 MiB, no checksum (RFC 8878, 3.1.1.1). */
export const openFrameHeader = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (Math.log2(windowSize) - 10) << 3);

/** An empty block that is the last. */
export const lastBlock = Uint8Array.of(0x01, 0x00, 0x00);

type Compress = (bytes: Uint8Array) => Uint8Array;

// A decoder begins a frame with repeated offsets of 1, 4 and 8 (RFC 8878, 3.1.1.5), and encoders make use of that: their first
// blocks mean something else behind other blocks. Here each chunk is compressed behind a block of noise, whose two long matches
// leave offsets that lead into the noise, where nothing matches; that block is then left out.

/**
 * Blocks that hold `bytes`, none of them marked as the last. They are decoded behind other blocks and compared; what does not
 * come out as it went in is put into blocks as it is.
 */
export async function joinableBlocks(bytes: Uint8Array, compress: Compress): Promise<Uint8Array> {
  if (bytes.length === 0) return new Uint8Array(0);
  const [, ...rest] = await blocksIn(compress(Buffer.concat([(leftOut ??= noise(1)), bytes])));
  const blocks = Buffer.concat(rest);
  return (await standsAnywhere(blocks, bytes, compress)) ? blocks : rawBlocks(bytes);
}

async function blocksIn(frame: Uint8Array): Promise<readonly Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  for await (const block of blocksOfFrames([frame])) blocks.push(block);
  return blocks;
}

// Made once: they are the same for every chunk.
let leftOut: Buffer | undefined;
let another: Buffer | undefined;
let anotherBlocks: Buffer | undefined;

async function standsAnywhere(blocks: Uint8Array, bytes: Uint8Array, compress: Compress): Promise<boolean> {
  const before = (another ??= noise(2));
  anotherBlocks ??= Buffer.concat(await blocksIn(compress(before)));
  try {
    const decoded = zstdDecompressSync(Buffer.concat([openFrameHeader, anotherBlocks, blocks, lastBlock]));
    return decoded.length === blockSize + bytes.length && decoded.subarray(blockSize).equals(bytes);
  } catch {
    return false; // it refers to a table of the block that was left out
  }
}

/** One block's worth of bytes that match nothing, but for two stretches at their end. */
function noise(seed: number): Buffer {
  const bytes = Buffer.alloc(blockSize);
  let state = seed * 0x9e3779b9;
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5; // xorshift32 (Marsaglia, "Xorshift RNGs", 2003)
    bytes[at] = state >>> 24;
  }
  bytes.copyWithin(blockSize - 4096, 0, 2048);
  bytes.copyWithin(blockSize - 2048, 8192, 8192 + 2048);
  return bytes;
}

function rawBlocks(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += blockSize) {
    const part = bytes.subarray(start, start + blockSize);
    const header = part.length << 3;
    blocks.push(Uint8Array.of(header & 0xff, (header >>> 8) & 0xff, header >>> 16), part);
  }
  return Buffer.concat(blocks);
}
