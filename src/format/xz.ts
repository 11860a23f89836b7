/** Writes xz (The .xz File Format 1.2) as streams that can be joined, and reads it. */
import type { SevenZipModuleFactory } from "7z-wasm";

import { Problem } from "../model/problem.ts";
import { byteReader } from "./deflate/byte-reader.ts";
import type { Compressor, Segments } from "./segment.ts";
import { partsOf, splice } from "./splice.ts";
import type { OnSplice } from "./splices.ts";
import { blockReader } from "./xz/blocks.ts";
import { streamEnd, streamHeader } from "./xz/frame.ts";
import { readStream } from "./xz/stream.ts";

const sizes = {
  /** Contents up to this size compress together with their neighbours. */
  small: 1024 * 1024,
  /** One stream, since it is the compressor's chunk. */
  run: 16 * 1024 * 1024,
};

/** One thread, and a dictionary that readers need 9 MiB for; both decide the bytes. */
const settings = ["-txz", "-mx=6", "-md=8m", "-mmt=1"];

/** The package exports the factory as CommonJS does, which its types do not say. */
async function load(): Promise<SevenZipModuleFactory> {
  const { default: factory }: { readonly default: unknown } = await import("7z-wasm");
  return factory as SevenZipModuleFactory;
}

/** One xz stream that holds `bytes`. The encoder is 7-Zip's as WebAssembly, so the bytes are the same on every runtime and machine. */
export async function xzStream(bytes: Uint8Array): Promise<Uint8Array> {
  const create = await load();
  // A fresh instance each time: the program is written to run once, and it gives its memory back only with the instance.
  const program = await create({ print() {}, printErr() {} });
  program.FS.writeFile("/content", bytes);
  const exitCode = process.exitCode;
  const status: unknown = program.callMain(["a", ...settings, "/content.xz", "/content"]);
  process.exitCode = exitCode; // which the program takes for its own
  if (status !== 0) throw new Error(`7-Zip ended with ${String(status)}`);
  return program.FS.readFile("/content.xz");
}

/** Streams that hold `segments` joined; at least one. Memory is bounded by a few runs, whatever the contents' sizes. */
export async function* xz(segments: Segments, compressor: Compressor, onSplice?: OnSplice): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const bytes of splice(segments, "xz", sizes, compressor, onSplice)) {
    empty = false;
    yield bytes;
  }
  if (empty) yield await xzStream(new Uint8Array(0));
}

/** The same as one stream, for readers that stop behind the first: its blocks, with an index of them all. */
export async function* xzSingle(segments: Segments, compressor: Compressor): AsyncGenerator<Uint8Array> {
  const reader = blockReader();
  let begun = false;
  const begin = function* (flags: Uint8Array | undefined): Generator<Uint8Array> {
    if (!begun && flags !== undefined) yield streamHeader(flags);
    begun ||= flags !== undefined;
  };
  for await (const { bytes } of partsOf(segments, "xz", sizes, compressor))
    for await (const block of reader.blocks(bytes)) {
      yield* begin(reader.flags());
      yield block;
    }
  const flags = reader.flags();
  if (flags === undefined) yield await xzStream(new Uint8Array(0));
  else yield streamEnd(reader.records, flags);
}

/**
 * The bytes inside xz streams. Fails with `format.invalid` on damage, an early end, no stream at all, anything after the last
 * one, and filters other than LZMA2. Memory is bounded by twice the dictionary, which may have 64 MiB.
 */
export async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(source);
  try {
    let first = await reader.take(1);
    if (first.length === 0) throw new Problem("format.invalid", "The xz stream is empty");
    for (; first.length > 0; first = await reader.take(1)) {
      reader.unread(first);
      yield* readStream(reader);
    }
  } finally {
    await reader.close();
  }
}
