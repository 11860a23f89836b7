/** Finds earlier occurrences of the bytes at a position. */
import { INPUT, LAST_OF_3, ROW_HEADS, ROW_POSITIONS, ROW_TAGS } from "./memory.ts";
import { MAX_MATCH, WINDOW } from "./tables.ts";

// Positions are filed by a hash of their next four bytes into 1024 rows of the last 64 positions each. A row is a ring: its
// head is the newest. Beside each position stands a tag, 8 more bits of the hash, so that one SIMD comparison per 16
// positions leaves few to be looked at, and none of them waits for another as in a chain. Positions are kept modulo 2^16,
// which is enough to tell distances up to 2^15; one that is older than that names other bytes, and comparing them shows it.
const ROW_BITS: u32 = 10;
const ROW_MASK: u32 = 63;

/** The shortest match that is found in rows. A match of three bytes is taken from a table of the last occurrences. */
const ROW_MATCH: u32 = 4;
const LAST_OF_3_BITS: u32 = 14;

/** A match is `length << 16 | distance`; 0 is none. */
export type Match = u32;

export function lengthOf(match: Match): u32 {
  return match >> 16;
}

export function distanceOf(match: Match): u32 {
  return match & 0xffff;
}

/** Forgets all positions. */
export function forgetPositions(): void {
  memory.fill(ROW_HEADS, 0, 1 << ROW_BITS);
  memory.fill(ROW_TAGS, 0, 64 << ROW_BITS);
  memory.fill(ROW_POSITIONS, 0, 128 << ROW_BITS);
  memory.fill(LAST_OF_3, 0, 2 << LAST_OF_3_BITS);
}

/** Files `at` without looking for a match. */
export function insert(at: usize): void {
  const next = load<u32>(at);
  const hash = hash4(next);
  insertInRow(hash, <u32>load<u8>(ROW_HEADS + (hash >> 8)), at);
  store<u16>(lastOf3(next), at);
}

/**
 * The longest match at `at` among those longer than `atLeast`, which is 2 or more; of several, the nearest. Looks at up to
 * `tries` positions of the row, and no further once a match has `enough` bytes. Files `at`.
 */
// @ts-ignore: decorators of functions are AssemblyScript's
@inline
export function findMatch(at: usize, atLeast: u32, tries: i32, enough: u32): Match {
  const next = load<u32>(at);
  const hash = hash4(next);
  const row = <usize>(hash >> 8);
  const head = <u32>load<u8>(ROW_HEADS + row);
  const last3 = lastOf3(next);
  const farthest = min(<u32>(at - INPUT), WINDOW);
  let best = atLeast;
  let found: Match = 0;

  if (best < 3) {
    const distance = (<u32>at - <u32>load<u16>(last3)) & 0xffff;
    if (distance - 1 < farthest && ((load<u32>(at - distance) ^ next) & 0xffffff) == 0) found = (3 << 16) | distance;
    best = 3;
  }

  const positions = ROW_POSITIONS + (row << 7);
  for (let candidates = rotr<u64>(withTag(ROW_TAGS + (row << 6), <i8>hash), head); candidates != 0; candidates &= candidates - 1) {
    const entry = (<u32>ctz(candidates) + head) & ROW_MASK;
    const distance = (<u32>at - <u32>load<u16>(positions + (entry << 1))) & 0xffff;
    if (distance - 1 >= farthest) break; // entries only get older
    const earlier = at - distance;
    // The last of the bytes that would make it longer are the likeliest to differ.
    if (load<u32>(earlier + best - 3) == load<u32>(at + best - 3) && load<u32>(earlier) == next) {
      const length = commonLength(earlier, at);
      if (length > best) {
        best = length;
        found = (min(length, MAX_MATCH) << 16) | distance;
        if (length >= enough) break;
      }
    }
    if (--tries == 0) break;
  }

  insertInRow(hash, head, at);
  store<u16>(last3, at);
  return found;
}

function hash4(bytes: u32): u32 {
  return (bytes * 0x9e3779b1) >> (32 - ROW_BITS - 8);
}

function lastOf3(bytes: u32): usize {
  return LAST_OF_3 + (<usize>(((bytes << 8) * 0x9e3779b1) >> (32 - LAST_OF_3_BITS)) << 1);
}

function insertInRow(hash: u32, head: u32, at: usize): void {
  const row = <usize>(hash >> 8);
  const entry = (head - 1) & ROW_MASK;
  store<u8>(ROW_HEADS + row, entry);
  store<u8>(ROW_TAGS + (row << 6) + entry, hash);
  store<u16>(ROW_POSITIONS + (row << 7) + (entry << 1), at);
}

/** One bit per entry of a row: whether it has the tag. */
function withTag(tags: usize, tag: i8): u64 {
  const wanted = i8x16.splat(tag);
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(tags), wanted))) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(tags, 16), wanted))) << 16) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(tags, 32), wanted))) << 32) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(tags, 48), wanted))) << 48)
  );
}

/** How many bytes are the same, of those from the fifth on; a little more than the longest match at most. */
function commonLength(earlier: usize, at: usize): u32 {
  let length = ROW_MATCH;
  while (length < MAX_MATCH) {
    const difference = load<u64>(earlier + length) ^ load<u64>(at + length);
    if (difference != 0) return length + <u32>(ctz(difference) >> 3);
    length += 8;
  }
  return length;
}
