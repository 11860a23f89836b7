/** The fixed tables of deflate (RFC 1951, 3.2.5), and logarithms in whole numbers, which are the same on every machine. */
import { LENGTH_SLOT, LOG2_FRACTION } from "./memory.ts";

export const MIN_MATCH: u32 = 3;
export const MAX_MATCH: u32 = 258;
export const WINDOW: u32 = 32768;
export const END_OF_BLOCK: u32 = 256;
/** The symbol of the shortest length. */
export const FIRST_LENGTH: u32 = 257;
export const LENGTH_SLOTS: u32 = 29;
export const DISTANCE_SLOTS: u32 = 30;

export function lengthSlot(length: u32): u32 {
  return <u32>load<u8>(LENGTH_SLOT + (length - MIN_MATCH));
}

export function lengthExtraBits(slot: u32): u32 {
  return slot < 8 || slot == 28 ? 0 : (slot >> 2) - 1;
}

/** By distance - 1. */
export function distanceSlot(less: u32): u32 {
  const bits = 30 - <u32>clz(less);
  return less < 4 ? less : (bits << 1) + (less >> bits);
}

export function distanceExtraBits(slot: u32): u32 {
  return slot < 4 ? 0 : (slot >> 1) - 1;
}

/** log2(n) in 1/1024, for n > 0. */
export function log2(n: u32): u32 {
  const whole = 31 - <u32>clz(n);
  const fraction = whole > 8 ? (n >> (whole - 8)) & 255 : (n << (8 - whole)) & 255;
  return (whole << 10) + load<u32>(LOG2_FRACTION + (fraction << 2));
}

export function fillTables(): void {
  let length: u32 = MIN_MATCH;
  for (let slot: u32 = 0; slot < LENGTH_SLOTS - 1; slot++) {
    for (let i: u32 = 0; i < <u32>1 << lengthExtraBits(slot); i++) store<u8>(LENGTH_SLOT + (length++ - MIN_MATCH), slot);
  }
  store<u8>(LENGTH_SLOT + (MAX_MATCH - MIN_MATCH), LENGTH_SLOTS - 1); // 258 has a code of its own
  for (let i: u32 = 0; i < 256; i++) store<u32>(LOG2_FRACTION + (i << 2), log2Fraction(i));
}

/** log2(1 + n / 256) in 1/1024, bit by bit: squaring doubles the logarithm. */
function log2Fraction(n: u32): u32 {
  let x: u64 = <u64>(256 + n) << 22; // 1 is 1 << 30
  let result: u32 = 0;
  for (let bit: u32 = 1 << 9; bit != 0; bit >>= 1) {
    x = (x * x) >> 30;
    if (x >= <u64>2 << 30) {
      result |= bit;
      x >>= 1;
    }
  }
  return result;
}
