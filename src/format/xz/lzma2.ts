/** Reads LZMA2: chunks of LZMA or plain bytes over one dictionary (The .xz File Format 1.2, 5.3.1; Linux's xz_dec_lzma2.c documents the chunks). */
import { Problem } from "../../model/problem.ts";
import type { ByteReader } from "../deflate/byte-reader.ts";
import { createLzmaState, decodeSymbols, resetState, setProperties } from "./lzma.ts";

/** A chunk holds at most this many bytes. */
const mostChunk = 2 * 1024 * 1024;

/** What a chunk's control byte tells to forget before it. */
const reset = { state: 1, properties: 2, dictionary: 3 } as const;

/** The bytes up to the end of the LZMA2 data. Memory: twice the dictionary. Fails with `format.invalid` on damage. */
export async function* readLzma2(reader: ByteReader, dictionarySize: number): AsyncGenerator<Uint8Array> {
  const window = new Uint8Array(2 * dictionarySize + mostChunk);
  const state = createLzmaState();
  /** The least that the next chunk has to reset: everything at first, then what was never set. */
  let required: number = reset.dictionary;
  let filled = 0;
  let position = 0;

  for (;;) {
    const control = (await take(reader, 1))[0] ?? 0;
    if (control === 0) return;
    const isPlain = control < 0x80;
    if (isPlain && control > 2) throw damaged();
    const resets = isPlain ? (control === 1 ? reset.dictionary : 0) : (control >>> 5) & 3;
    if (required === reset.dictionary && resets !== reset.dictionary) throw damaged();
    if (resets === reset.dictionary) {
      filled = position = 0;
      required = reset.properties;
    }
    const header = Buffer.from(await take(reader, isPlain ? 2 : 4));
    const size = header.readUInt16BE(0) + 1 + (isPlain ? 0 : (control & 0x1f) << 16);
    if (filled + size > window.length) {
      window.copyWithin(0, filled - dictionarySize, filled);
      filled = dictionarySize;
    }
    if (isPlain) {
      window.set(await take(reader, size), filled); // 7-Zip goes on behind them with the state it had
    } else {
      if (resets < required) throw damaged();
      if (resets >= reset.properties && !setProperties(state, (await take(reader, 1))[0] ?? 255)) throw damaged();
      if (resets >= reset.state) resetState(state);
      required = 0;
      const input = await take(reader, header.readUInt16BE(2) + 1);
      const oldest = Math.max(0, filled - Math.min(position, dictionarySize));
      if (!decodeSymbols(state, input, window, filled, filled + size, oldest, position)) throw damaged();
    }
    yield window.slice(filled, filled + size);
    filled += size;
    position += size;
  }
}

async function take(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw new Problem("format.invalid", "The xz stream ends early");
  return bytes;
}

function damaged(): Problem {
  return new Problem("format.invalid", "The xz stream is damaged");
}
