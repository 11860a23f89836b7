/** Prefix codes of limited length (RFC 1951, 3.2.2). */
import { SCRATCH } from "./memory.ts";

export const MAX_CODE_LENGTH: u32 = 15;

// In the scratch memory, u32 each:
const SORTED: usize = SCRATCH; // weight << 9 | symbol, lightest first, x 288
const TREE: usize = SCRATCH + 0x800; // x 288
const PER_LENGTH: usize = SCRATCH + 0x1000; // x 64

/**
 * Writes the code length (u8) of each of `symbols` symbols whose weights (u32, below 2^23) are at `weights`; 0 where the weight is
 * 0. At least two symbols get a code, since some readers refuse a code of one.
 */
export function codeLengths(weights: usize, symbols: u32, limit: u32, lengths: usize): void {
  memory.fill(lengths, 0, symbols);
  const used = sortSymbols(weights, symbols);
  if (used < 2) {
    const only = used == 0 ? 0 : symbolAt(0);
    store<u8>(lengths + only, 1);
    store<u8>(lengths + (only == 0 ? 1 : 0), 1);
    return;
  }
  depthsOfLeaves(used);
  countLengths(used, limit);
  limitLengths(limit);
  let next: u32 = 0;
  for (let length = limit; length > 0; length--) {
    for (let left = perLength(length); left > 0; left--) store<u8>(lengths + symbolAt(next++), length);
  }
}

/** Writes the codes of `symbols` symbols of the given lengths: bits reversed, as they are sent, and the length << 24. */
export function assignCodes(lengths: usize, symbols: u32, codes: usize): void {
  memory.fill(PER_LENGTH, 0, 4 * (MAX_CODE_LENGTH + 1));
  for (let symbol: u32 = 0; symbol < symbols; symbol++) addPerLength(load<u8>(lengths + symbol), 1);
  let code: u32 = 0;
  for (let length: u32 = 1; length <= MAX_CODE_LENGTH; length++) {
    const many = perLength(length);
    setPerLength(length, code); // from here on, the next code of that length
    code = (code + many) << 1;
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    store<u32>(codes + (symbol << 2), length == 0 ? 0 : reversed(perLength(length), length) | (length << 24));
    addPerLength(length, 1);
  }
}

function symbolAt(index: u32): u32 {
  return load<u32>(SORTED + (index << 2)) & 511;
}

/** Sorts the symbols that have a weight, by it and then by symbol, in shrinking steps. Returns how many there are. */
function sortSymbols(weights: usize, symbols: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const weight = load<u32>(weights + (symbol << 2));
    if (weight != 0) store<u32>(SORTED + (used++ << 2), (weight << 9) | symbol);
  }
  let step: u32 = 1;
  while (step < used) step = 3 * step + 1;
  for (step /= 3; step > 0; step /= 3) {
    for (let index = step; index < used; index++) {
      const moving = load<u32>(SORTED + (index << 2));
      let hole = index;
      while (hole >= step && load<u32>(SORTED + ((hole - step) << 2)) > moving) {
        store<u32>(SORTED + (hole << 2), load<u32>(SORTED + ((hole - step) << 2)));
        hole -= step;
      }
      store<u32>(SORTED + (hole << 2), moving);
    }
  }
  return used;
}

function node(index: u32): u32 {
  return load<u32>(TREE + (index << 2));
}

function setNode(index: u32, value: u32): void {
  store<u32>(TREE + (index << 2), value);
}

/**
 * Builds the tree in place (Moffat and Katajainen, "In-Place Calculation of Minimum-Redundancy Codes", 1995): inner nodes take the
 * places of leaves that are used up, first as weights, then as the index of their parent, last as their depth.
 */
function depthsOfLeaves(used: u32): void {
  for (let index: u32 = 0; index < used; index++) setNode(index, load<u32>(SORTED + (index << 2)) >> 9);
  let leaf: u32 = 0;
  let inner: u32 = 0;
  for (let next: u32 = 0; next < used - 1; next++) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child++) {
      if (leaf >= used || (inner < next && node(inner) < node(leaf))) {
        weight += node(inner);
        setNode(inner++, next);
      } else {
        weight += node(leaf++);
      }
    }
    setNode(next, weight);
  }
  setNode(used - 2, 0);
  for (let index = <i32>used - 3; index >= 0; index--) setNode(index, node(node(index)) + 1);
}

/** Counts the leaves per depth; those that are too deep count at the limit. */
function countLengths(used: u32, limit: u32): void {
  memory.fill(PER_LENGTH, 0, 4 * 64);
  let inner = <i32>used - 2;
  let open: u32 = 1;
  for (let depth: u32 = 0; open > 0; depth++) {
    let split: u32 = 0;
    for (; inner >= 0 && node(inner) == depth; inner--) split++;
    addPerLength(min(depth, limit), open - split);
    open = 2 * split;
  }
}

/** Lengthens shorter codes until those at the limit fit (Kraft's inequality). */
function limitLengths(limit: u32): void {
  let space: u32 = 0;
  for (let length: u32 = 1; length <= limit; length++) space += perLength(length) << (limit - length);
  for (; space > <u32>1 << limit; space--) {
    let length = limit - 1;
    while (perLength(length) == 0) length--;
    addPerLength(limit, -1);
    addPerLength(length, -1);
    addPerLength(length + 1, 2);
  }
}

function perLength(length: u32): u32 {
  return load<u32>(PER_LENGTH + (length << 2));
}

function setPerLength(length: u32, value: u32): void {
  store<u32>(PER_LENGTH + (length << 2), value);
}

function addPerLength(length: u32, more: u32): void {
  setPerLength(length, perLength(length) + more);
}

function reversed(code: u32, length: u32): u32 {
  code = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
  code = ((code & 0x3333) << 2) | ((code >> 2) & 0x3333);
  code = ((code & 0x0f0f) << 4) | ((code >> 4) & 0x0f0f);
  code = ((code & 0x00ff) << 8) | (code >> 8);
  return code >> (16 - length);
}
