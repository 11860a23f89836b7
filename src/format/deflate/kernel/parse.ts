/** Turns bytes into tokens, literals and matches, looking one position ahead before it takes a match. */
import { distanceOf, findMatch, insert, lengthOf, Match } from "./matches.ts";
import { LITERAL_SYMBOLS } from "./memory.ts";
import { isWorthwhile } from "./prices.ts";
import { count, Span, TOKENS_PER_SPAN } from "./spans.ts";
import { distanceExtraBits, distanceSlot, FIRST_LENGTH, lengthSlot, MIN_MATCH } from "./tables.ts";

/** With a match of so many bytes, no other is looked for at the same position, or at the next one. */
const ENOUGH: u32 = 128;
const ENOUGH_TO_TAKE: u32 = 64;
/** With a match of so many bytes, half the effort goes into the next position. */
const GOOD: u32 = 16;

// A token is a literal byte, or MATCH | extra bits of the distance << 13 | distance slot << 8 | length - 3.
const MATCH: u32 = 0x80000000;

export function isMatch(token: u32): bool {
  return (token & MATCH) != 0;
}
export function lengthLess3(token: u32): u32 {
  return token & 255;
}
export function distanceSlotOf(token: u32): u32 {
  return (token >> 8) & 31;
}
export function distanceExtra(token: u32): u32 {
  return (token >> 13) & 0x1fff;
}

let nextToken: usize = 0;

/** Tokens are written from here on. */
export function startTokens(at: usize): void {
  nextToken = at;
}

/** Where the next token will stand. */
export function endOfTokens(): usize {
  return nextToken;
}

/** Fills a span with tokens for the bytes from `at` on, looking at up to `tries` earlier positions for each. Returns where it got to. */
export function parseSpan(span: Span, start: usize, end: usize, tries: i32): usize {
  const full = nextToken + 4 * TOKENS_PER_SPAN; // may be passed by the literals before a match
  let token = nextToken;
  let at = start;
  while (at < end && token < full) {
    let match = findMatch(at, MIN_MATCH - 1, tries, ENOUGH);
    if (match == 0 || !isWorthwhile(match, at)) {
      token = putLiteral(token, span, at++);
      continue;
    }
    let inserted = at + 1;
    while (lengthOf(match) < ENOUGH_TO_TAKE && inserted < end) {
      const length = lengthOf(match);
      const next = findMatch(inserted++, length - 1, length >= GOOD ? tries >> 1 : tries, ENOUGH);
      if (!isBetter(next, match)) break;
      token = putLiteral(token, span, at++);
      match = next;
    }
    const length = min(lengthOf(match), <u32>(end - at)); // it may have run into the padding
    if (length < MIN_MATCH) {
      token = putLiteral(token, span, at++);
      continue;
    }
    token = putMatch(token, span, length, distanceOf(match) - 1);
    for (at += length; inserted < at; inserted++) insert(inserted);
  }
  nextToken = token;
  return at;
}

/** Whether a match makes up for the literal before it: a byte of length weighs as much as two bits of distance. */
function isBetter(next: Match, match: Match): bool {
  if (lengthOf(next) < lengthOf(match)) return false;
  const longer = <i32>lengthOf(next) - <i32>lengthOf(match);
  const nearer = <i32>clz(distanceOf(next)) - <i32>clz(distanceOf(match)); // in bits
  return 4 * longer + nearer > 2;
}

function putLiteral(token: usize, span: Span, at: usize): usize {
  const byte = <u32>load<u8>(at);
  store<u32>(token, byte);
  count(span, byte);
  return token + 4;
}

function putMatch(token: usize, span: Span, length: u32, distanceLess1: u32): usize {
  const slot = distanceSlot(distanceLess1);
  const extra = distanceLess1 & ((1 << distanceExtraBits(slot)) - 1);
  store<u32>(token, MATCH | (extra << 13) | (slot << 8) | (length - MIN_MATCH));
  count(span, FIRST_LENGTH + lengthSlot(length));
  count(span, LITERAL_SYMBOLS + slot);
  return token + 4;
}
