/** Writes a block in the shortest of the three forms deflate has (RFC 1951, 3.2.3). */
import { endOfBits, pendingBitsOf, pendingOf, putBits, putCode, putStored, resumeBits } from "./bits.ts";
import { planHeader, putHeader } from "./header.ts";
import { assignCodes, codeLengths, MAX_CODE_LENGTH } from "./huffman.ts";
import { ALL_SYMBOLS, CODE_LENGTHS, CODES, LENGTH_CODES, LITERAL_SYMBOLS } from "./memory.ts";
import { distanceExtra, distanceSlotOf, isMatch, lengthLess3 } from "./parse.ts";
import { count, countOf, firstByte, firstToken, Span } from "./spans.ts";
import { DISTANCE_SLOTS, distanceExtraBits, END_OF_BLOCK, FIRST_LENGTH, LENGTH_SLOTS, lengthExtraBits } from "./tables.ts";

// The three bits before a block that is not the last, lowest first.
const FIXED_CODES: u32 = 0b010;
const OWN_CODES: u32 = 0b100;

const MAX_STORED: u32 = 65535;

/** Writes the tokens, or the bytes, from where `block` begins to where `next` does. */
export function putBlock(block: Span, next: Span): void {
  count(block, END_OF_BLOCK);
  const stored = storedBits(<u32>(firstByte(next) - firstByte(block)));
  useFixedCodes();
  const fixed = bodyBits(block);
  useOwnCodes(block);
  const own = planHeader() + bodyBits(block);
  if (stored <= min(fixed, own)) {
    for (let from = firstByte(block); from < firstByte(next); from += MAX_STORED) {
      putStored(from, min(<u32>(firstByte(next) - from), MAX_STORED));
    }
    return;
  }
  if (fixed <= own) {
    putBits(FIXED_CODES, 3);
    useFixedCodes();
  } else {
    putBits(OWN_CODES, 3);
    putHeader();
  }
  assignCodes(CODE_LENGTHS, LITERAL_SYMBOLS, CODES);
  assignCodes(CODE_LENGTHS + LITERAL_SYMBOLS, ALL_SYMBOLS - LITERAL_SYMBOLS, CODES + 4 * LITERAL_SYMBOLS);
  assignLengthCodes();
  putTokens(firstToken(block), firstToken(next));
  putCode(load<u32>(CODES, 4 * END_OF_BLOCK));
}

function storedBits(bytes: u32): u32 {
  return 8 * bytes + 40 * ((bytes + MAX_STORED - 1) / MAX_STORED);
}

/** RFC 1951, 3.2.6. */
function useFixedCodes(): void {
  memory.fill(CODE_LENGTHS, 8, 144);
  memory.fill(CODE_LENGTHS + 144, 9, 112);
  memory.fill(CODE_LENGTHS + 256, 7, 24);
  memory.fill(CODE_LENGTHS + 280, 8, 8);
  memory.fill(CODE_LENGTHS + LITERAL_SYMBOLS, 5, 32);
}

function useOwnCodes(block: Span): void {
  memory.fill(CODE_LENGTHS, 0, ALL_SYMBOLS);
  codeLengths(block, FIRST_LENGTH + LENGTH_SLOTS, MAX_CODE_LENGTH, CODE_LENGTHS);
  codeLengths(block + 4 * LITERAL_SYMBOLS, DISTANCE_SLOTS, MAX_CODE_LENGTH, CODE_LENGTHS + LITERAL_SYMBOLS);
}

/** What the block's tokens take with the code lengths in use, extra bits included. */
function bodyBits(block: Span): u32 {
  let bits: u32 = 0;
  for (let symbol: u32 = 0; symbol < ALL_SYMBOLS; symbol++) bits += countOf(block, symbol) * load<u8>(CODE_LENGTHS + symbol);
  for (let slot: u32 = 0; slot < LENGTH_SLOTS; slot++) bits += countOf(block, FIRST_LENGTH + slot) * lengthExtraBits(slot);
  for (let slot: u32 = 0; slot < DISTANCE_SLOTS; slot++) {
    bits += countOf(block, LITERAL_SYMBOLS + slot) * distanceExtraBits(slot);
  }
  return bits;
}

/** A code with its extra bits for each of the 256 lengths. */
function assignLengthCodes(): void {
  let length: usize = LENGTH_CODES;
  for (let slot: u32 = 0; slot < LENGTH_SLOTS && length < LENGTH_CODES + 4 * 256; slot++) {
    const code = load<u32>(CODES + ((FIRST_LENGTH + slot) << 2));
    const bits = code >> 24;
    const extraBits = lengthExtraBits(slot);
    for (let extra: u32 = 0; extra < <u32>1 << extraBits; extra++) {
      store<u32>(length, (code & 0xffffff) | (extra << bits) | ((bits + extraBits) << 24));
      length += 4;
    }
    if (slot == LENGTH_SLOTS - 2) length -= 4; // its last extra bits would say 258, which has a code of its own
  }
}

function putTokens(from: usize, to: usize): void {
  let pending = pendingOf();
  let bits = pendingBitsOf();
  let next = endOfBits();
  for (let at = from; at < to; at += 4) {
    const token = load<u32>(at);
    if (isMatch(token)) {
      const length = load<u32>(LENGTH_CODES + (lengthLess3(token) << 2));
      pending |= <u64>(length & 0xffffff) << bits;
      bits += length >> 24;
      const slot = distanceSlotOf(token);
      const distance = load<u32>(CODES + 4 * LITERAL_SYMBOLS + (slot << 2));
      pending |= <u64>(distance & 0xffffff) << bits;
      bits += distance >> 24;
      pending |= <u64>distanceExtra(token) << bits;
      bits += distanceExtraBits(slot);
    } else {
      const literal = load<u32>(CODES + (token << 2));
      pending |= <u64>(literal & 0xffffff) << bits;
      bits += literal >> 24;
    }
    store<u64>(next, pending); // 7 bits were left at most, and a match takes up to 48
    next += <usize>(bits >> 3);
    pending >>= bits & 0x38;
    bits &= 7;
  }
  resumeBits(pending, bits, next);
}
