/** Decodes prefix codes: short codes by one look into a table, long ones length by length. Shares nothing with the encoder. */

// At a decoder's address: codes per length, u32 x 16; symbols in the order of their codes, u16 x 320; from 1024 on, an entry
// (u32) for each value of the next bits, 0 where the code is longer.
const SYMBOLS: usize = 64;
const ENTRIES: usize = 1024;

// An entry: the code's length, kind, number of extra bits << 8, and for literals the byte, else the base << 16.
export const IS_LENGTH: u32 = 0x8000;
export const IS_END: u32 = 0x4000;

export const LITERALS: u32 = 0;
export const DISTANCES: u32 = 1;
export const PLAIN: u32 = 2; // the symbol is all there is to it

export function codeLengthOf(entry: u32): u32 {
  return entry & 31;
}
export function extraBitsOf(entry: u32): u32 {
  return (entry >> 8) & 15;
}
export function valueOf(entry: u32): u32 {
  return entry >> 16;
}

/** Prepares a decoder for the code with these lengths (u8). False when they leave codes over, or there are too many. */
export function buildDecoder(decoder: usize, alphabet: u32, lengths: usize, symbols: u32, tableBits: u32): bool {
  memory.fill(decoder, 0, ENTRIES + (4 << tableBits));
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const at = decoder + (<usize>load<u8>(lengths + symbol) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  store<u32>(decoder, 0);
  let code: u32 = 0;
  let index: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    code <<= 1;
    for (let symbol: u32 = 0; symbol < symbols; symbol++) {
      if (<u32>load<u8>(lengths + symbol) != length) continue;
      store<u16>(decoder + SYMBOLS + (index++ << 1), symbol);
      if (length <= tableBits) fillEntries(decoder, code, length, entryOf(alphabet, symbol) | length, tableBits);
      code++;
    }
    if (code > <u32>1 << length) return false;
  }
  return code == 1 << 15;
}

export function entryAt(decoder: usize, index: u64): u32 {
  return load<u32>(decoder + ENTRIES + (<usize>index << 2));
}

/** The entry of the code that `bits` begin with, found by counting (as codes of one length are numbers in a row). */
export function decodeLong(decoder: usize, alphabet: u32, bits: u64): u32 {
  let code: u32 = 0;
  let first: u32 = 0;
  let index: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    code |= <u32>(bits & 1);
    bits >>= 1;
    const count = load<u32>(decoder + (length << 2));
    if (code - first < count) {
      return entryOf(alphabet, load<u16>(decoder + SYMBOLS + ((index + code - first) << 1))) | length;
    }
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return 0;
}

/** Every value of the table's bits that begins with the code; its first bit is the lowest. */
function fillEntries(decoder: usize, code: u32, length: u32, entry: u32, tableBits: u32): void {
  let value: u32 = 0;
  for (let bit: u32 = 0; bit < length; bit++) value |= ((code >> bit) & 1) << (length - 1 - bit);
  for (; value < <u32>1 << tableBits; value += 1 << length) store<u32>(decoder + ENTRIES + (value << 2), entry);
}

/** RFC 1951, 3.2.5. Symbols that stand for nothing have the base 0, which no match can have. */
function entryOf(alphabet: u32, symbol: u32): u32 {
  if (alphabet == PLAIN || (alphabet == LITERALS && symbol < 256)) return symbol << 16;
  if (alphabet == DISTANCES) {
    if (symbol >= 30) return 0;
    if (symbol < 2) return (symbol + 1) << 16;
    const extra = (symbol >> 1) - 1;
    return ((((2 + (symbol & 1)) << extra) + 1) << 16) | (extra << 8);
  }
  if (symbol == 256) return IS_END;
  if (symbol > 285) return IS_LENGTH;
  if (symbol == 285) return IS_LENGTH | (258 << 16);
  if (symbol < 265) return IS_LENGTH | ((symbol - 254) << 16);
  const extra = (symbol - 261) >> 2;
  return IS_LENGTH | ((((4 + ((symbol - 261) & 3)) << extra) + 3) << 16) | (extra << 8);
}
