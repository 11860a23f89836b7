/** One side of the deflate benchmarks: compresses files into pieces with N threads, and prints the bytes that came out. */

import { createCompressor } from "../../src/format/compressor.ts";
import { lentChunks } from "../../src/format/file.ts";

const [workers = "0", ...files] = process.argv.slice(2);
const compressor = createCompressor({ workers: Number(workers) });
let size = 0;
for (const file of files) {
  for await (const piece of compressor.pieces("deflate", lentChunks(file))) size += piece.data.length;
}
await compressor.close();
console.log(size);
