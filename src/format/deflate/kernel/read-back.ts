/** Reads blocks back and compares them with the bytes they were made from, without writing those anywhere. */
import { buildDecoder, codeLengthOf, decodeLong, DISTANCES, entryAt, extraBitsOf, IS_END, IS_LENGTH, LITERALS, PLAIN, valueOf } from "./decoder.ts";
import { DISTANCE_DECODER, HEADER_DECODER, INPUT, LITERAL_DECODER, OUTPUT, READ_LENGTHS } from "./memory.ts";

const LITERAL_TABLE_BITS: u32 = 11;
const DISTANCE_TABLE_BITS: u32 = 9;
const HEADER_TABLE_BITS: u32 = 7;
const HEADER_ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** What the readers of blocks return when the block is wrong; no address is. */
const WRONG: usize = 0;

// Bits that were loaded and not used yet: at least 56 after `refill`.
let ahead: u64 = 0;
let aheadBits: u64 = 0;
let next: usize = 0;

/** Whether the `compressed` bytes at `OUTPUT` are whole blocks, none of them final, that hold the `size` bytes at `INPUT`. */
export function readsBack(size: u32, compressed: u32): bool {
  const end = INPUT + size;
  let at: usize = INPUT;
  ahead = 0;
  aheadBits = 0;
  next = OUTPUT;
  while (bitsRead() < <u64>compressed << 3) {
    const isFinal = takeBits(1);
    const type = takeBits(2);
    if (isFinal != 0 || type == 3) return false;
    if (type == 0) {
      at = readStored(at, end);
    } else {
      if (!(type == 1 ? buildFixedDecoders() : readDecoders())) return false;
      at = readCoded(at, end);
    }
    if (at == WRONG) return false;
  }
  return at == end && bitsRead() == <u64>compressed << 3;
}

function bitsRead(): u64 {
  return (<u64>(next - OUTPUT) << 3) - aheadBits;
}

/** Up to 32 bits. */
function takeBits(count: u32): u32 {
  ahead |= load<u64>(next) << aheadBits;
  next += <usize>((63 - aheadBits) >> 3);
  aheadBits |= 56;
  const bits = <u32>(ahead & (((<u64>1) << count) - 1));
  ahead >>= count;
  aheadBits -= count;
  return bits;
}

/** RFC 1951, 3.2.4. */
function readStored(at: usize, end: usize): usize {
  takeBits(<u32>(aheadBits & 7));
  const length = takeBits(16);
  if ((length ^ takeBits(16)) != 0xffff || at + length > end) return WRONG;
  const from = OUTPUT + <usize>(bitsRead() >> 3);
  for (let index: u32 = 0; index < length; index++) {
    if (load<u8>(at + index) != load<u8>(from + index)) return WRONG;
  }
  ahead = 0;
  aheadBits = 0;
  next = from + length;
  return at + length;
}

/** RFC 1951, 3.2.6. */
function buildFixedDecoders(): bool {
  for (let symbol: u32 = 0; symbol < 288; symbol++) {
    store<u8>(READ_LENGTHS + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  }
  memory.fill(READ_LENGTHS + 288, 5, 32);
  return buildDecoders(288, 32);
}

function buildDecoders(literals: u32, distances: u32): bool {
  return (
    buildDecoder(LITERAL_DECODER, LITERALS, READ_LENGTHS, literals, LITERAL_TABLE_BITS) &&
    buildDecoder(DISTANCE_DECODER, DISTANCES, READ_LENGTHS + literals, distances, DISTANCE_TABLE_BITS)
  );
}

/** RFC 1951, 3.2.7. */
function readDecoders(): bool {
  const literals: u32 = 257 + takeBits(5);
  const distances: u32 = 1 + takeBits(5);
  const headers: u32 = 4 + takeBits(4);
  memory.fill(READ_LENGTHS, 0, 19);
  for (let index: u32 = 0; index < headers; index++) store<u8>(READ_LENGTHS + load<u8>(HEADER_ORDER + index), takeBits(3));
  if (!buildDecoder(HEADER_DECODER, PLAIN, READ_LENGTHS, 19, HEADER_TABLE_BITS)) return false;
  let index: u32 = 0;
  while (index < literals + distances) {
    takeBits(0); // refills
    const entry = entryAt(HEADER_DECODER, ahead & ((1 << HEADER_TABLE_BITS) - 1));
    const symbol = valueOf(entry);
    takeBits(codeLengthOf(entry));
    const repeats: u32 = symbol < 16 ? 1 : symbol == 16 ? 3 + takeBits(2) : symbol == 17 ? 3 + takeBits(3) : 11 + takeBits(7);
    if (index + repeats > literals + distances || (symbol == 16 && index == 0)) return false;
    const length: u32 = symbol < 16 ? symbol : symbol == 16 ? <u32>load<u8>(READ_LENGTHS + index - 1) : 0;
    memory.fill(READ_LENGTHS + index, <u8>length, repeats);
    index += repeats;
  }
  return buildDecoders(literals, distances);
}

/** Compares up to the end of the block. Returns where it got to. */
function readCoded(start: usize, end: usize): usize {
  let bits = ahead;
  let count = aheadBits;
  let from = next;
  let at = start;
  for (;;) {
    bits |= load<u64>(from) << count;
    from += <usize>((63 - count) >> 3);
    count |= 56;
    let entry = entryAt(LITERAL_DECODER, bits & ((1 << LITERAL_TABLE_BITS) - 1));
    if (entry == 0) entry = decodeLong(LITERAL_DECODER, LITERALS, bits);
    bits >>= codeLengthOf(entry);
    count -= codeLengthOf(entry);
    if ((entry & (IS_LENGTH | IS_END)) == 0) {
      if (at >= end || <u32>load<u8>(at) != valueOf(entry)) return WRONG;
      at++;
      continue;
    }
    if ((entry & IS_END) != 0) break;
    const length = valueOf(entry) + <u32>(bits & (((<u64>1) << extraBitsOf(entry)) - 1));
    bits >>= extraBitsOf(entry);
    count -= extraBitsOf(entry);
    entry = entryAt(DISTANCE_DECODER, bits & ((1 << DISTANCE_TABLE_BITS) - 1));
    if (entry == 0) entry = decodeLong(DISTANCE_DECODER, DISTANCES, bits);
    bits >>= codeLengthOf(entry);
    count -= codeLengthOf(entry);
    const distance = valueOf(entry) + <u32>(bits & (((<u64>1) << extraBitsOf(entry)) - 1));
    bits >>= extraBitsOf(entry);
    count -= extraBitsOf(entry);
    if (length == 0 || distance == 0 || distance > <u32>(at - INPUT) || at + length > end) return WRONG;
    if (!isSame(at, at - distance, length)) return WRONG;
    at += length;
  }
  ahead = bits;
  aheadBits = count;
  next = from;
  return at;
}

/** What is before `at` is known to be right, so a match is when it says the same as what stands at its distance. */
function isSame(at: usize, earlier: usize, length: u32): bool {
  while (length > 8) {
    if (load<u64>(at) != load<u64>(earlier)) return false;
    at += 8;
    earlier += 8;
    length -= 8;
  }
  return (load<u64>(at) ^ load<u64>(earlier)) << (64 - 8 * length) == 0;
}
