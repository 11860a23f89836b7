/** Compresses one chunk into deflate blocks (RFC 1951) that can be joined with others. */
import { constants, deflateRawSync } from "node:zlib";

/** The blocks of `bytes`: byte-aligned at both ends, no final block, no reference to anything before. */
export function deflatePiece(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: 6, finishFlush: constants.Z_FULL_FLUSH });
}
