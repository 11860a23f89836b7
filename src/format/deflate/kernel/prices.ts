/** What symbols are likely to cost, so that a match is only taken where it is worth more than its literals. */
import { distanceOf, lengthOf, Match } from "./matches.ts";
import { LITERAL_SYMBOLS, PRICES } from "./memory.ts";
import { countOf } from "./spans.ts";
import { DISTANCE_SLOTS, distanceExtraBits, distanceSlot, FIRST_LENGTH, lengthExtraBits, log2, MIN_MATCH } from "./tables.ts";

/** A longer match is always worth it. */
const LONGEST_DOUBTFUL: u32 = 5;

/** A match that saves less than this, in 1/1024 bits, only spoils the chance of a better one. */
const MIN_SAVING: u32 = 1500;

/** Takes the prices from symbol counts, each counted once more than it was seen. */
export function setPrices(counts: usize): void {
  const literals = log2(total(counts, 0, LITERAL_SYMBOLS));
  for (let symbol: u32 = 0; symbol < LITERAL_SYMBOLS; symbol++) {
    const extra = symbol < FIRST_LENGTH ? 0 : lengthExtraBits(symbol - FIRST_LENGTH);
    setPrice(symbol, literals - log2(countOf(counts, symbol) + 1) + (extra << 10));
  }
  const distances = log2(total(counts, LITERAL_SYMBOLS, LITERAL_SYMBOLS + DISTANCE_SLOTS));
  for (let slot: u32 = 0; slot < DISTANCE_SLOTS; slot++) {
    const symbol = LITERAL_SYMBOLS + slot;
    setPrice(symbol, distances - log2(countOf(counts, symbol) + 1) + (distanceExtraBits(slot) << 10));
  }
}

/** Whether `match` is likely to be shorter than the literals it stands for. */
export function isWorthwhile(match: Match, at: usize): bool {
  const length = lengthOf(match);
  if (length > LONGEST_DOUBTFUL) return true;
  let literals = price(load<u8>(at)) + price(load<u8>(at, 1)) + price(load<u8>(at, 2));
  if (length > 3) literals += price(load<u8>(at, 3));
  if (length > 4) literals += price(load<u8>(at, 4));
  // Up to length 10, every length has a symbol of its own.
  const own = price(FIRST_LENGTH + length - MIN_MATCH) + price(LITERAL_SYMBOLS + distanceSlot(distanceOf(match) - 1));
  return own + MIN_SAVING < literals;
}

function price(symbol: u32): u32 {
  return load<u32>(PRICES + (<usize>symbol << 2));
}

function setPrice(symbol: u32, price: u32): void {
  store<u32>(PRICES + (<usize>symbol << 2), price);
}

function total(counts: usize, from: u32, to: u32): u32 {
  let sum = to - from;
  for (let symbol = from; symbol < to; symbol++) sum += countOf(counts, symbol);
  return sum;
}
