/** One side of the deflate benchmarks: `PACKAGE THREADS FILES` compresses the files into pieces and prints the bytes that came out. */

import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Format from "../../src/format/index.ts";

const [folder = "", workers = "0", ...files] = process.argv.slice(2);
const { createCompressor } = (await import(pathToFileURL(join(folder, "lib/format/index.js")).href)) as typeof Format;
const compressor = createCompressor({ workers: Number(workers) });

async function sizeOf(file: string): Promise<number> {
  let size = 0;
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  for await (const piece of compressor.pieces("deflate", source)) size += piece.data.length;
  return size;
}

// All files at once, as a release has them: the compressor's threads share the work.
const sizes = await Promise.all(files.map(sizeOf));
await compressor.close();
console.log(sizes.reduce((sum, size) => sum + size, 0));
