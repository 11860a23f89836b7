/** Headers of rpm packages: what is written is read again, and what rpm would refuse is never written. */
import { describe, expect, it } from "vitest";

import { byteReader } from "../../../src/format/deflate/byte-reader.ts";
import { writeHeader } from "../../../src/format/rpm/header.ts";
import { namedValues, readHeader } from "../../../src/format/rpm/read-header.ts";
import { headerTags, type HeaderValues } from "../../../src/format/rpm/tags.ts";

const values: HeaderValues = {
  name: "tool",
  summary: "an ü",
  epoch: [7],
  fileModes: [0o100_644, 0o040_755, 0o120_777],
  fileVerifyFlags: [-1, 1],
  longFileSizes: [5 * 1024 ** 3],
  baseNames: ["a", "", "c"],
  size: [0xffff_ffff],
};

async function read(bytes: Uint8Array): Promise<HeaderValues> {
  const source = async function* () {
    yield bytes;
  };
  return namedValues(headerTags, (await readHeader(byteReader(source()), "header")).values);
}

describe("a header", () => {
  it("is read as it was written", async () => {
    expect(await read(writeHeader(headerTags, "header", values))).toEqual({
      ...values,
      fileVerifyFlags: [0xffff_ffff, 1],
    });
  });

  it("begins with the region that spans it, and lists tags in their order, aligned and none empty", () => {
    const bytes = Buffer.from(writeHeader(headerTags, "header", { ...values, conflictName: [], url: undefined }));
    const count = bytes.readUInt32BE(8);
    const entries = Array.from({ length: count }, (_, index) => 16 + index * 16);
    const tags = entries.map((at) => bytes.readUInt32BE(at));
    expect(tags[0]).toBe(63);
    expect(tags.slice(1)).toEqual(tags.slice(1).toSorted((a, b) => a - b));
    expect(count).toBe(Object.keys(values).length + 1);
    const aligns: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8 };
    for (const at of entries) {
      expect(bytes.readUInt32BE(at + 12)).toBeGreaterThan(0);
      expect(bytes.readUInt32BE(at + 8) % (aligns[bytes.readUInt32BE(at + 4)] ?? 1)).toBe(0);
    }
    expect([-16, -12, -8, -4].map((at) => bytes.readInt32BE(bytes.length + at))).toEqual([63, 7, -16 * count, 16]);
  });

  it("is refused wherever it is cut, without its region, and with a tag that holds nothing", async () => {
    const whole = Buffer.from(writeHeader(headerTags, "header", values));
    for (let end = 0; end < whole.length; end += 11)
      await expect(read(whole.subarray(0, end))).rejects.toThrow(/header of the rpm/);
    const changed = (at: number, value: number): Buffer => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt32BE(value, at);
      return bytes;
    };
    await expect(read(changed(16, 62))).rejects.toThrow("has no region");
    await expect(read(changed(32 + 12, 0))).rejects.toThrow("without a value");
    await expect(read(changed(32 + 8, 1_000_000))).rejects.toThrow("outside of its store");
    await expect(read(changed(32, 1003))).rejects.toThrow(/twice|another type/);
    await expect(read(changed(12, 0x7fff_ffff))).rejects.toThrow("is too large");
  });
});
