/** Containers are streams: a content of 200 MiB passes through every writer and reader in a fraction of its size. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { run, scratch } from "./contents.ts";

const source = fileURLToPath(new URL("../../src/format", import.meta.url));

/** Runs in a process of its own, and prints by how many MiB its memory grew at most. */
const program = `
import { openSync, writeSync, closeSync } from "node:fs";
import { open } from "node:fs/promises";
import { createCompressor } from "${source}/compressor.ts";
import { crc32, crc32Combine } from "${source}/crc32.ts";
import { gzip } from "${source}/gzip.ts";
import { gunzip } from "${source}/inflate.ts";
import { plain } from "${source}/plain.ts";
import { inFile } from "${source}/random-access.ts";
import { readTar } from "${source}/tar/read.ts";
import { tarSegments } from "${source}/tar/write.ts";
import { readZip } from "${source}/zip/read.ts";
import { zip } from "${source}/zip/write.ts";
import { unzstd, zstd } from "${source}/zstd.ts";

const compressor = createCompressor({ workers: 0 });
const mebibytes = 200;
const block = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, index) => Math.imul(index, 2654435761) >>> 26));
const size = mebibytes * block.length;
async function* repeated(bytes) { for (let done = 0; done < mebibytes; done++) yield Uint8Array.from(bytes); }
let crc = 0;
for (let done = 0; done < mebibytes; done++) crc = crc32Combine(crc, crc32(block), block.length);
const content = {
  size, sha256: "", open: () => repeated(block),
  async compressed(codec) {
    for await (const { data } of compressor.pieces(codec, (async function* () { yield block; })())) {
      return { size, crc32: crc, compressedSize: mebibytes * data.length, open: () => repeated(data) };
    }
  },
};
const entry = { type: "file", path: "f", mode: 0o644, mtime: 0, content };
const segments = () => tarSegments([entry], { dialect: "pax" });
async function readAll(members) {
  for await (const member of members) {
    let read = 0;
    for await (const bytes of member.open()) read += bytes.length;
    if (read !== size) throw new Error("read " + read);
  }
}
async function all() {
  await readAll(readTar(plain(segments())));
  await readAll(readTar(gunzip(gzip(segments(), compressor))));
  await readAll(readTar(unzstd(zstd(segments(), compressor))));
  const path = process.argv[1];
  const target = openSync(path, "w");
  for await (const bytes of zip([entry])) writeSync(target, bytes);
  closeSync(target);
  const file = await open(path);
  await readAll(readZip(await inFile(file)));
  await file.close();
}
await content.compressed("zstd"); // the library itself is not what is measured
const before = process.resourceUsage().maxRSS;
await all();
console.log(Math.round((process.resourceUsage().maxRSS - before) / 1024));
`;

test("tar, tar.gz, tar.zst and zip of 200 MiB are written and read with less than 100 MiB more", () => {
  const folder = scratch();
  const grown = run(process.execPath, ["--input-type=module", "-e", program, join(folder, "a.zip")]).toString();
  expect(Number(grown)).toBeLessThan(100);
}, 120_000);
