/** Runs a stream through one of Node's decompressors, and tells damage of the data from other failures. */
import { type Duplex, pipeline } from "node:stream";

import { Problem } from "../model/problem.ts";

/** What `decoder` makes of `source`. The decoder's errors become `format.invalid`; the source's own pass through. */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  decoder: Duplex,
  format: string,
): AsyncGenerator<Uint8Array> {
  pipeline(source, decoder, () => {}); // an error destroys the decoder, whose reading below then fails with it
  try {
    for await (const bytes of decoder) yield bytes as Uint8Array;
  } catch (thrown) {
    if (!isDecoderError(thrown)) throw thrown;
    throw new Problem("format.invalid", `The ${format} stream is damaged: ${thrown.message}`, { cause: thrown });
  }
}

function isDecoderError(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    typeof thrown.code === "string" &&
    /^(Z|ZSTD|ERR_ZSTD)_/.test(thrown.code)
  );
}
