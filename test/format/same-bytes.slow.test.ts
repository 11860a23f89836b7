/** Same entries, same bytes: on every runtime, and on another processor. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { needs } from "../judges.ts";
import { run } from "./contents.ts";

const source = fileURLToPath(new URL("../../src/format", import.meta.url));

/** Prints the digest of every container over the same entries. */
const program = `
import { createHash } from "node:crypto";
import { createCompressor } from "${source}/compressor.ts";
import { crc32 } from "${source}/crc32.ts";
import { gzip } from "${source}/gzip.ts";
import { plain } from "${source}/plain.ts";
import { tarSegments } from "${source}/tar/write.ts";
import { xz } from "${source}/xz.ts";
import { zip } from "${source}/zip/write.ts";
import { zstd } from "${source}/zstd.ts";

const compressor = createCompressor({ workers: 0 });
let state = 1;
const large = Buffer.alloc(1_200_000).map(() => (state = (Math.imul(state, 1103515245) + 12345) | 0) >>> 16 & 0x3f);
const contentOf = (bytes) => {
  const open = async function* () { yield bytes; };
  return {
    size: bytes.length, sha256: "", open,
    async compressed(codec) {
      const pieces = [];
      for await (const { data } of compressor.pieces(codec, open())) pieces.push(data);
      return { size: bytes.length, crc32: crc32(bytes), compressedSize: pieces.reduce((sum, piece) => sum + piece.length, 0), open: () => pieces };
    },
  };
};
const entries = ["small", "ü/large"].map((path, index) => ({ type: "file", path, mode: 0o755, mtime: 1_700_000_001, content: contentOf(index === 0 ? Buffer.from("text") : large) }));
const segments = (dialect) => tarSegments(entries, { dialect });
const containers = {
  gnu: plain(segments("gnu")), ustar: plain(segments("ustar")), pax: plain(segments("pax")),
  gzip: gzip(segments("pax"), compressor), zstd: zstd(segments("pax"), compressor), xz: xz(segments("pax"), compressor),
  zip: zip(entries),
};
for (const [name, bytes] of Object.entries(containers)) {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  console.log(name, hash.digest("hex"));
}
`;

function digests(runtime: string, args: readonly string[] = []): string {
  return run(runtime, [...args, "--input-type=module", "-e", program]).toString();
}

needs("node26")("Node 26 writes the bytes that this Node writes", ({ node26 }) => {
  expect(digests(node26)).toBe(digests(process.execPath));
});

needs("node-arm64")("Node on arm64 writes the bytes that this Node writes", (tools) => {
  expect(digests(tools["node-arm64"])).toBe(digests(process.execPath));
});

test("Bun writes the bytes that this Node writes", () => {
  const result = spawnSync("bun", ["-"], { input: program, encoding: "utf8" });
  expect(result.stderr).toBe("");
  expect(result.stdout).toBe(digests(process.execPath));
});
