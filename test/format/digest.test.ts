/** Every digest algorithm against another implementation. */
import { expect, test } from "vitest";

import {
  type DigestAlgorithm,
  digestAlgorithms,
  digestOf,
  isDigestAlgorithm,
  measure,
} from "../../src/format/digest.ts";
import { needs } from "../judges.ts";
import { chunked, noise, run } from "./contents.ts";

const bytes = noise(300_000);
const names = Object.keys(digestAlgorithms) as DigestAlgorithm[];

needs("python3")("Python's hashlib and zlib compute the same digests", async ({ python3 }) => {
  const script = `
import sys, hashlib, zlib, json
b = sys.stdin.buffer.read()
names = {n: n for n in ["md5","sha224","sha256","sha384","sha512","blake2b","blake2s"]} | {"sha3-%d" % n: "sha3_%d" % n for n in (224,256,384,512)}
print(json.dumps({k: hashlib.new(v, b).hexdigest() for k, v in names.items()} | {"crc32": "%08x" % zlib.crc32(b)}))`;
  const theirs = JSON.parse(run(python3, ["-c", script], { input: bytes }).toString()) as Record<string, string>;
  const { digests } = await measure(names, chunked(bytes, 4096));
  const { blake3, ...ours } = digests;
  expect(ours).toEqual(theirs);
  expect(blake3).toHaveLength(64);
});

test("blake3 gives the digests of its test vectors", async () => {
  // BLAKE3 test_vectors.json: inputs are 0, 1, ..., 250, 0, 1, ...
  const input = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index % 251));
  expect(await digestOf("blake3", chunked(input(0)))).toBe(
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
  );
  expect(await digestOf("blake3", chunked(input(1025)))).toBe(
    "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
  );
});

test("a digest has as many digits as its table entry says, and none is missing from a pass", async () => {
  const measured = await measure(names, chunked(new Uint8Array(0)));
  expect(measured.size).toBe(0);
  for (const name of names)
    expect([name, measured.digests[name].length]).toEqual([name, digestAlgorithms[name].digits]);
});

test("only the table's names are algorithms", () => {
  expect(isDigestAlgorithm("sha3-256")).toBe(true);
  for (const name of ["SHA256", "sha1", "toString", "__proto__", ""]) expect(isDigestAlgorithm(name)).toBe(false);
});
