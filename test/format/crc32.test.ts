/** CRC-32 of runs and of runs joined. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { crc32, crc32Combine } from "../../src/format/crc32.ts";

test("the CRC-32 of the check string is the one in the catalogues", () => {
  expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test("a seed goes on where the bytes before it ended", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      expect(crc32(second, crc32(first))).toBe(crc32(Buffer.concat([first, second])));
    }),
  );
});

test("two CRCs combine into that of the joined bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.uint8Array({ maxLength: 600 }), (first, second) => {
      expect(crc32Combine(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])));
    }),
  );
});

test("lengths beyond 32 bits combine", () => {
  // Zeros of 6 GiB, doubled from 3 MiB: a way to the same number that never combines a large length with a small one at once.
  const zeros = 3 * 2 ** 20;
  let crc = crc32(Buffer.alloc(zeros));
  let length = zeros;
  for (; length < 6 * 2 ** 30; length *= 2) crc = crc32Combine(crc, crc, length);
  const more = crc32(Buffer.from("more"));
  const step = 2 ** 30;
  let stepwise = crc32(Buffer.from("start"));
  const stepCrc = crcOfZeros(step);
  for (let done = 0; done < length; done += step) stepwise = crc32Combine(stepwise, stepCrc, step);
  expect(crc32Combine(crc32(Buffer.from("start")), crc, length)).toBe(stepwise);
  expect(crc32Combine(crc, more, 4)).toBe(crc32(Buffer.from("more"), crc));
});

function crcOfZeros(length: number): number {
  const part = Buffer.alloc(2 ** 20);
  let crc = 0;
  for (let done = 0; done < length; done += part.length) crc = crc32(part, crc);
  return crc;
}

test("a length that is none is refused", () => {
  expect(() => crc32Combine(0, 0, -1)).toThrow(RangeError);
  expect(() => crc32Combine(0, 0, 0.5)).toThrow(RangeError);
});
