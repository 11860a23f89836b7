/** The other side: the same files through node:zlib at level 6, each as one raw deflate stream. */

import { createReadStream } from "node:fs";
import { createDeflateRaw } from "node:zlib";

let size = 0;
for (const file of process.argv.slice(2)) {
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  for await (const bytes of source.pipe(createDeflateRaw({ level: 6, chunkSize: 1024 * 1024 }))) {
    size += (bytes as Uint8Array).length;
  }
}
console.log(size);
