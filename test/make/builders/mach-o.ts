/** Judges the signature of a Mach-O executable as the kernel of macOS does. */
import { createHash } from "node:crypto";

import { expect } from "vitest";

/**
 * Numbers of the pages whose SHA-256 is not the one in the signature; a reading of its own after xnu's osfmk/kern/cs_blobs.h,
 * as the kernel does it on each page fault. Throws where there is no signature over all that stands before it.
 */
export function pagesThatDiffer(bytes: Buffer): readonly number[] {
  let command = 32;
  const end = 32 + bytes.readUInt32LE(20);
  while (command < end && bytes.readUInt32LE(command) !== 0x1d) command += bytes.readUInt32LE(command + 4);
  const [start, size] = [bytes.readUInt32LE(command + 8), bytes.readUInt32LE(command + 12)];
  expect([command < end, start % 16, start + size]).toEqual([true, 0, bytes.length]);
  const blob = bytes.subarray(start);
  expect(blob.readUInt32BE(0).toString(16)).toBe("fade0cc0");
  const directory = blob.subarray(blob.readUInt32BE(16));
  expect(directory.readUInt32BE(0).toString(16)).toBe("fade0c02");
  const [hashes, slots, limit] = [directory.readUInt32BE(16), directory.readUInt32BE(28), directory.readUInt32BE(32)];
  const pageSize = 1 << (directory[39] ?? 0);
  expect([directory.readUInt32BE(12) & 2, limit, slots]).toEqual([2, start, Math.ceil(start / pageSize)]);
  return Array.from({ length: slots }, (_, page) => page).filter((page) => {
    const hash = createHash("sha256").update(bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit)));
    return !hash.digest().equals(directory.subarray(hashes + page * 32, hashes + page * 32 + 32));
  });
}
