/** CRC-32 as gzip, zip and PNG use it (ISO 3309), and the CRC of two runs joined. */
import { crc32 as zlibCrc32 } from "node:zlib";

/** The CRC-32 of `bytes`, going on from `seed`, the CRC-32 of what came before. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlibCrc32(bytes, seed);
}

/** The generator polynomial, bit-reversed: bit 31 is the coefficient of x^0. */
const polynomial = 0xedb88320;

/**
 * The CRC-32 of two runs joined, from the CRC-32 of each and the length in bytes of the second.
 *
 * A CRC is a remainder of polynomials over GF(2): appending n bytes multiplies the first remainder by x^(8n).
 */
export function crc32Combine(first: number, second: number, secondLength: number): number {
  if (!Number.isSafeInteger(secondLength) || secondLength < 0)
    throw new RangeError(`not a length in bytes: ${secondLength}`);
  return (multiply(powerOfX(secondLength), first) ^ second) >>> 0;
}

/** The product of two polynomials of degree below 32, modulo the generator. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= b;
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1; // times x
  }
  return product;
}

/** x^(8 * bytes) modulo the generator, by squaring. */
function powerOfX(bytes: number): number {
  let power = 0x80000000; // x^0
  let square = 0x00800000; // x^8, the first byte's share
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}
