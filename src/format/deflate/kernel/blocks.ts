/** Decides which spans share a block: neighbours are joined, the pair that saves most first, until nothing is saved. */
import { LITERAL_SYMBOLS, ALL_SYMBOLS, NO_SYMBOLS } from "./memory.ts";
import {
  addCounts,
  costOf,
  countOf,
  following,
  savingOf,
  setCost,
  setFollowing,
  setSaving,
  Span,
  spanAt,
} from "./spans.ts";
import { log2 } from "./tables.ts";

// What a block's header takes: roughly so much, and so much more for every symbol that is used.
const HEADER_BITS: u32 = 80;
const HEADER_BITS_PER_SYMBOL: u32 = 4;

/** Joins the first `spans` spans into blocks. A block is then a span with the counts of all, and `following` the next one. */
export function joinSpans(spans: u32): void {
  for (let index: u32 = 0; index < spans; index++) {
    setFollowing(spanAt(index), index + 1);
    setCost(spanAt(index), cost(spanAt(index), NO_SYMBOLS));
  }
  for (let index: u32 = 0; index + 1 < spans; index++) estimateSaving(spanAt(index));
  for (let index = bestJoin(spans); index < spans; index = bestJoin(spans)) join(index, spans);
}

/** The span that saves most by taking in the one behind it; `spans` when none does. */
function bestJoin(spans: u32): u32 {
  let best = spans;
  let most: i64 = 0;
  for (let index: u32 = 0; following(spanAt(index)) < spans; index = following(spanAt(index))) {
    if (savingOf(spanAt(index)) > most) {
      most = savingOf(spanAt(index));
      best = index;
    }
  }
  return best;
}

function join(index: u32, spans: u32): void {
  const span = spanAt(index);
  const next = spanAt(following(span));
  setCost(span, costOf(span) + costOf(next) - savingOf(span));
  addCounts(span, next);
  setFollowing(span, following(next));
  if (following(span) < spans) estimateSaving(span);
  if (index > 0) {
    let previous: u32 = 0;
    while (following(spanAt(previous)) != index) previous = following(spanAt(previous));
    estimateSaving(spanAt(previous));
  }
}

function estimateSaving(span: Span): void {
  const next = spanAt(following(span));
  setSaving(span, costOf(span) + costOf(next) - cost(span, next));
}

/**
 * About how many 1/1024 bits a block with the symbols of both takes: the entropy of its symbols and its header. Extra bits are
 * left out, since they do not depend on how blocks are cut.
 */
function cost(a: usize, b: usize): u64 {
  const header = <u64>(HEADER_BITS + HEADER_BITS_PER_SYMBOL * used(a, b)) << 10;
  return header + entropy(a, b, 0, LITERAL_SYMBOLS) + entropy(a, b, LITERAL_SYMBOLS, ALL_SYMBOLS);
}

function entropy(a: usize, b: usize, from: u32, to: u32): u64 {
  let total: u32 = 0;
  let sum: u64 = 0;
  for (let symbol = from; symbol < to; symbol++) {
    const count = countOf(a, symbol) + countOf(b, symbol);
    if (count == 0) continue;
    total += count;
    sum += <u64>count * log2(count);
  }
  return total == 0 ? 0 : <u64>total * log2(total) - sum;
}

function used(a: usize, b: usize): u32 {
  let symbols: u32 = 0;
  for (let symbol: u32 = 0; symbol < ALL_SYMBOLS; symbol++) {
    if (countOf(a, symbol) + countOf(b, symbol) != 0) symbols++;
  }
  return symbols;
}
