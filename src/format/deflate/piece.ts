/** Compresses one chunk into deflate blocks that can be joined with others, and reads them back at once. */
import { constants, inflateRawSync } from "node:zlib";

import { Problem } from "../../model/problem.ts";
import { deflateBlocks } from "./kernel.ts";

/**
 * The blocks (RFC 1951) of up to 2 MiB: byte-aligned at both ends, no final block, no reference to anything before. Zlib, which
 * knows nothing of the code that wrote them, has read them back; fails with `verify.mismatch` when it saw other bytes.
 */
export function deflatePiece(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = deflateBlocks(bytes);
  if (!readsBackAs(blocks, bytes)) {
    throw new Problem("verify.mismatch", "A chunk that was just compressed does not decompress to the same bytes", {
      hint: "The machine's memory may be faulty. If it happens again, please report it with the file.",
    });
  }
  return blocks;
}

function readsBackAs(blocks: Uint8Array, bytes: Uint8Array): boolean {
  try {
    // A sync flush at the end, since there is no final block to end at.
    const read = inflateRawSync(blocks, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: Math.max(bytes.length, 64) });
    return read.equals(bytes);
  } catch {
    return false;
  }
}
