/** Contents of bytes that are in memory; `make/` has those of files, which it keeps in compressed form between runs. */
import { createHash } from "node:crypto";

import { crc32Combine } from "./crc32.ts";
import type { Codec, Compressed, Compressor, Content, Piece } from "./segment.ts";

/** A content of these bytes, compressed once per codec, when first asked. */
export function contentOf(bytes: Uint8Array, compressor: Compressor): Content {
  const forms = new Map<Codec, Promise<Compressed>>();
  return {
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    open: () => only(bytes),
    bytes,
    compressed(codec) {
      const form = forms.get(codec) ?? compress(bytes, codec, compressor);
      forms.set(codec, form);
      return form;
    },
  };
}

async function compress(bytes: Uint8Array, codec: Codec, compressor: Compressor): Promise<Compressed> {
  const pieces: Piece[] = [];
  for await (const piece of compressor.pieces(codec, only(bytes))) pieces.push(piece);
  return {
    size: bytes.length,
    crc32: pieces.reduce((crc, piece) => crc32Combine(crc, piece.crc32, piece.size), 0),
    compressedSize: pieces.reduce((sum, piece) => sum + piece.data.length, 0),
    async *open() {
      for (const { data } of pieces) yield data;
    },
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
