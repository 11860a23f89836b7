/** Parts of uploads: within the limits of servers, and with the digests that servers give the whole. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { digestOfHex } from "../../../src/model/artifact.ts";
import { compositeOf, leastPart, partsOf, partSize } from "../../../src/store/s3/parts.ts";
import { fileOf } from "./opened.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-parts-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const mebibyte = 1024 * 1024;

test.each([0, 1, 10, 11, 5 * 1024, 100 * 1024, 5 * 1024 * 1024])(
  "%i MiB: at most 10,000 parts of 5 MiB or more",
  (size) => {
    const each = partSize(size * mebibyte, leastPart);
    expect(Math.ceil((size * mebibyte) / each)).toBeLessThanOrEqual(10_000);
    if (size * mebibyte > each) expect(each).toBeGreaterThanOrEqual(leastPart);
  },
);

test("what is no larger than two parts is one, and need not be read", async () => {
  const { artifact } = fileOf(home, "small", 1000);
  expect(await partsOf(artifact, "/nowhere", 500)).toEqual([
    { number: 1, start: 0, size: 1000, digest: artifact.digest },
  ]);
});

test("parts follow each other to the end, each with its own digest", async () => {
  const { artifact, path } = fileOf(home, "large", 4 * mebibyte + 7);
  const parts = await partsOf(artifact, path, mebibyte);
  expect(parts.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(parts.at(-1)).toMatchObject({ start: 4 * mebibyte, size: 7 });
  const sizes = parts.reduce((sum, { size }) => sum + size, 0);
  expect(sizes).toBe(artifact.size);
});

test("bytes that are others than those recorded are found before anything is sent", async () => {
  const { artifact } = fileOf(home, "one", 3 * mebibyte);
  const { path } = fileOf(home, "one", 3 * mebibyte, "other");
  await expect(partsOf(artifact, path, mebibyte)).rejects.toMatchObject({ code: "verify.mismatch" });
});

test("the digest of parts is that of their digests, with their count", () => {
  const one = createHash("sha256").update("a").digest();
  const expected = createHash("sha256").update(one).update(one).digest("base64");
  const digest = digestOfHex(one.toString("hex"));
  expect(compositeOf([digest, digest])).toBe(`${expected}-2`);
});
