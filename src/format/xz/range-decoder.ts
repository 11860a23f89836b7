/** The adaptive binary range decoder of LZMA (LZMA specification, "The main loop of decoder" and before). */

/** Numbers are kept as signed 32-bit integers, which the engine stores without boxing; they are compared as unsigned ones. */
export interface RangeDecoder {
  input: Uint8Array;
  at: number;
  range: number;
  code: number;
}

/** Probabilities are out of 2048 and start even. */
export const evenChance = 1024;

/** Begins at `at`, where five bytes of code stand; the first of them is always 0. False when it is not. */
export function startRange(decoder: RangeDecoder, input: Uint8Array): boolean {
  decoder.input = input;
  decoder.at = 5;
  decoder.range = -1;
  decoder.code = input.length < 5 ? 0 : new DataView(input.buffer, input.byteOffset).getInt32(1);
  return input.length >= 5 && input[0] === 0;
}

/** Whether exactly the input was used up, and nothing of the code is left. */
export function isRangeDone(decoder: RangeDecoder): boolean {
  return decoder.at === decoder.input.length && decoder.code === 0;
}

/** The next bit, by the probability at `index`, which learns from it. Input beyond the end counts as zeros; see {@link isRangeDone}. */
export function decodeBit(decoder: RangeDecoder, chances: Uint16Array, index: number): 0 | 1 {
  const chance = chances[index] as number;
  const bound = Math.imul(decoder.range >>> 11, chance);
  const isOne = decoder.code >>> 0 >= bound >>> 0;
  if (isOne) {
    chances[index] = chance - (chance >>> 5);
    decoder.range = (decoder.range - bound) | 0;
    decoder.code = (decoder.code - bound) | 0;
  } else {
    chances[index] = chance + ((2048 - chance) >>> 5);
    decoder.range = bound;
  }
  if (decoder.range >>> 0 < 0x1000000) normalize(decoder);
  return isOne ? 1 : 0;
}

/** Bits of even chance, highest first. */
export function decodeDirect(decoder: RangeDecoder, count: number): number {
  let value = 0;
  for (let left = count; left > 0; left--) {
    decoder.range >>>= 1;
    const isOne = decoder.code >>> 0 >= decoder.range;
    if (isOne) decoder.code = (decoder.code - decoder.range) | 0;
    value = (value << 1) | (isOne ? 1 : 0);
    if (decoder.range < 0x1000000) normalize(decoder);
  }
  return value;
}

/** A number of `bits` bits, highest first, by the tree of probabilities at `start`. */
export function decodeTree(decoder: RangeDecoder, chances: Uint16Array, start: number, bits: number): number {
  let node = 1;
  for (let left = bits; left > 0; left--) node = (node << 1) | decodeBit(decoder, chances, start + node);
  return node - (1 << bits);
}

/** The same, lowest bit first. */
export function decodeReverseTree(decoder: RangeDecoder, chances: Uint16Array, start: number, bits: number): number {
  let node = 1;
  let value = 0;
  for (let bit = 0; bit < bits; bit++) {
    const next = decodeBit(decoder, chances, start + node);
    node = (node << 1) | next;
    value |= next << bit;
  }
  return value;
}

function normalize(decoder: RangeDecoder): void {
  decoder.range <<= 8;
  decoder.code = (decoder.code << 8) | (decoder.input[decoder.at++] ?? 0);
}
