/** The deflate kernel, AssemblyScript compiled to WebAssembly: one chunk in, blocks that can be joined with others out. */
import { alignToByte, endOfBits, startBits } from "./bits.ts";
import { joinSpans } from "./blocks.ts";
import { forgetPositions } from "./matches.ts";
import { INPUT, INPUT_PADDING, MAX_INPUT, NO_SYMBOLS, OUTPUT, TOKENS } from "./memory.ts";
import { endOfTokens, parseSpan, startTokens } from "./parse.ts";
import { setPrices } from "./prices.ts";
import { readsBack } from "./read-back.ts";
import { clearCounts, following, setStart, spanAt } from "./spans.ts";
import { fillTables } from "./tables.ts";
import { putBlock } from "./write.ts";

export { INPUT, MAX_INPUT, OUTPUT, readsBack };

// How many earlier positions are looked at. Where a span's tokens stand for many bytes, as in text, looking is cheap per byte
// and pays; in machine code it does neither.
const MIN_TRIES: i32 = 16;
const MAX_TRIES: i32 = 64;
const BYTES_OF_CODE: i32 = 8000;
const BYTES_PER_TRY: i32 = 64;

/**
 * Compresses the `size` bytes at `INPUT` into blocks at `OUTPUT`, and returns how many bytes they take. The blocks begin and
 * end on a byte, refer to nothing before them, and none of them is the final one. What was compressed before has no influence.
 */
export function deflate(size: u32): u32 {
  const end = INPUT + size;
  memory.fill(end, 0, INPUT_PADDING); // matches are compared a little beyond the end
  fillTables();
  forgetPositions();
  setPrices(NO_SYMBOLS);
  const spans = parse(end);
  joinSpans(spans);
  startBits(OUTPUT);
  for (let index: u32 = 0; index < spans; index = following(spanAt(index))) {
    putBlock(spanAt(index), spanAt(following(spanAt(index))));
  }
  alignToByte();
  return <u32>(endOfBits() - OUTPUT);
}

/** Returns the number of spans; one more has the end of the tokens and bytes for its start. */
function parse(end: usize): u32 {
  let spans: u32 = 0;
  let tries = MIN_TRIES;
  let at = INPUT;
  startTokens(TOKENS);
  while (at < end) {
    const span = spanAt(spans++);
    setStart(span, endOfTokens(), at);
    clearCounts(span);
    const next = parseSpan(span, at, end, tries);
    setPrices(span);
    tries = min(MIN_TRIES + max(<i32>(next - at) - BYTES_OF_CODE, 0) / BYTES_PER_TRY, MAX_TRIES);
    at = next;
  }
  setStart(spanAt(spans), endOfTokens(), end);
  return spans;
}
