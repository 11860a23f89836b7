/** The header of a block with codes of its own: their lengths, run-length encoded (RFC 1951, 3.2.7). */
import { putBits, putCode } from "./bits.ts";
import { assignCodes, codeLengths } from "./huffman.ts";
import {
  CODE_LENGTHS,
  HEADER_CODES,
  HEADER_FREQUENCIES,
  HEADER_LENGTHS,
  HEADER_SYMBOLS,
  LITERAL_SYMBOLS,
  SCRATCH,
} from "./memory.ts";
import { DISTANCE_SLOTS, FIRST_LENGTH, LENGTH_SLOTS } from "./tables.ts";

const SYMBOLS: u32 = 19;
const REPEAT: u32 = 16; // the previous length, 3 to 6 times
const ZEROS: u32 = 17; // 3 to 10
const MANY_ZEROS: u32 = 18; // 11 to 138
const MAX_LENGTH: u32 = 7;
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let literalLengths: u32 = 0;
let distanceLengths: u32 = 0;
let headerLengths: u32 = 0;
let headerSymbols: u32 = 0;

/** Prepares the header for the code lengths in `CODE_LENGTHS`. Returns how many bits it takes. */
export function planHeader(): u32 {
  literalLengths = withoutZerosAtEnd(CODE_LENGTHS, FIRST_LENGTH + LENGTH_SLOTS);
  distanceLengths = withoutZerosAtEnd(CODE_LENGTHS + LITERAL_SYMBOLS, DISTANCE_SLOTS);
  memory.copy(SCRATCH, CODE_LENGTHS, literalLengths);
  memory.copy(SCRATCH + literalLengths, CODE_LENGTHS + LITERAL_SYMBOLS, distanceLengths);
  encodeRuns(literalLengths + distanceLengths);
  codeLengths(HEADER_FREQUENCIES, SYMBOLS, MAX_LENGTH, HEADER_LENGTHS);
  headerLengths = SYMBOLS;
  while (headerLengths > 4 && load<u8>(HEADER_LENGTHS + load<u8>(ORDER + headerLengths - 1)) == 0) headerLengths--;
  let bits: u32 = 14 + 3 * headerLengths;
  for (let symbol: u32 = 0; symbol < SYMBOLS; symbol++) {
    bits += load<u32>(HEADER_FREQUENCIES + (symbol << 2)) * (<u32>load<u8>(HEADER_LENGTHS + symbol) + extraBits(symbol));
  }
  return bits;
}

/** Writes the header that was planned. */
export function putHeader(): void {
  putBits(literalLengths - 257, 5);
  putBits(distanceLengths - 1, 5);
  putBits(headerLengths - 4, 4);
  for (let index: u32 = 0; index < headerLengths; index++) putBits(load<u8>(HEADER_LENGTHS + load<u8>(ORDER + index)), 3);
  assignCodes(HEADER_LENGTHS, SYMBOLS, HEADER_CODES);
  for (let index: u32 = 0; index < headerSymbols; index++) {
    const symbol = <u32>load<u8>(HEADER_SYMBOLS + (index << 1));
    putCode(load<u32>(HEADER_CODES + (symbol << 2)));
    putBits(load<u8>(HEADER_SYMBOLS + (index << 1), 1), extraBits(symbol));
  }
}

/** At least 257 literal and length codes, or 1 distance code, are always sent; both have two codes in use. */
function withoutZerosAtEnd(lengths: usize, count: u32): u32 {
  while (load<u8>(lengths + count - 1) == 0) count--;
  return count;
}

function extraBits(symbol: u32): u32 {
  return symbol < REPEAT ? 0 : symbol == REPEAT ? 2 : symbol == ZEROS ? 3 : 7;
}

/** Encodes the `count` code lengths in the scratch memory into `HEADER_SYMBOLS`. */
function encodeRuns(count: u32): void {
  memory.fill(HEADER_FREQUENCIES, 0, 4 * SYMBOLS);
  headerSymbols = 0;
  for (let index: u32 = 0; index < count; ) {
    const length = <u32>load<u8>(SCRATCH + index);
    let run: u32 = 1;
    while (index + run < count && <u32>load<u8>(SCRATCH + index + run) == length) run++;
    index += run;
    if (length == 0) encodeZeros(run);
    else encodeRepeats(length, run);
  }
}

function encodeZeros(run: u32): void {
  while (run >= 11) {
    const zeros = min(run, 138);
    addSymbol(MANY_ZEROS, zeros - 11);
    run -= zeros;
  }
  if (run >= 3) addSymbol(ZEROS, run - 3);
  else for (; run > 0; run--) addSymbol(0, 0);
}

function encodeRepeats(length: u32, run: u32): void {
  addSymbol(length, 0);
  run--;
  while (run >= 3) {
    const repeats = min(run, 6);
    addSymbol(REPEAT, repeats - 3);
    run -= repeats;
  }
  for (; run > 0; run--) addSymbol(length, 0);
}

function addSymbol(symbol: u32, extra: u32): void {
  store<u16>(HEADER_SYMBOLS + (headerSymbols++ << 1), symbol | (extra << 8));
  const frequency = HEADER_FREQUENCIES + (symbol << 2);
  store<u32>(frequency, load<u32>(frequency) + 1);
}
