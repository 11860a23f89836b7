/** Compresses one chunk, on whichever thread it was called. */
import { crc32 } from "../crc32.ts";
import type { Codec, Piece } from "../segment.ts";
import { codecs, type CompressChunk } from "./codecs.ts";

const loaded = new Map<Codec, Promise<CompressChunk>>();

/** `bytes` as one piece. */
export async function compressChunk(codec: Codec, bytes: Uint8Array): Promise<Piece> {
  let loading = loaded.get(codec);
  if (loading === undefined) loaded.set(codec, (loading = codecs[codec].load()));
  const compress = await loading;
  return { size: bytes.length, crc32: crc32(bytes), data: await compress(bytes) };
}
