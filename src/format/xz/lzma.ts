/** Decodes LZMA symbols into a window of bytes (LZMA specification). */
import {
  type RangeDecoder,
  decodeBit,
  decodeDirect,
  decodeReverseTree,
  decodeTree,
  evenChance,
  isRangeDone,
  startRange,
} from "./range-decoder.ts";

/** What decoding has learned so far; it goes on from chunk to chunk until it is reset. */
export interface LzmaState {
  readonly range: RangeDecoder;
  readonly chances: Uint16Array;
  /** Which of 12 kinds of symbols came last. */
  kind: number;
  /** The last four distances, the latest first; 0 is the byte before. */
  readonly distances: Int32Array;
  literalContextBits: number;
  literalPositionMask: number;
  positionMask: number;
}

/** Where each group of probabilities begins. */
const at = (() => {
  let next = 0;
  const group = (size: number): number => (next += size) - size;
  const lengths = (): { choice: number; low: number; middle: number; high: number } => ({
    choice: group(2),
    low: group(16 << 3),
    middle: group(16 << 3),
    high: group(1 << 8),
  });
  return {
    isMatch: group(12 << 4),
    isRepeat: group(12),
    isRepeat0: group(12),
    isRepeat1: group(12),
    isRepeat2: group(12),
    isLongRepeat0: group(12 << 4),
    slot: group(4 << 6),
    special: group(128),
    align: group(16),
    matchLength: lengths(),
    repeatLength: lengths(),
    literal: group(0x300 << 4),
    end: next,
  };
})();

export function createLzmaState(): LzmaState {
  const range = { input: new Uint8Array(0), at: 0, range: 0, code: 0 };
  const distances = new Int32Array(4);
  return {
    range,
    chances: new Uint16Array(at.end),
    kind: 0,
    distances,
    literalContextBits: 0,
    literalPositionMask: 0,
    positionMask: 0,
  };
}

/** Sets lc, lp and pb from their byte. False when it is not valid; LZMA2 allows lc + lp up to 4 (xz-file-format, LZMA2). */
export function setProperties(state: LzmaState, byte: number): boolean {
  const contextBits = byte % 9;
  const positionBits = Math.floor(byte / 9) % 5;
  state.literalContextBits = contextBits;
  state.literalPositionMask = (1 << positionBits) - 1;
  state.positionMask = (1 << Math.floor(byte / 45)) - 1;
  return byte < 225 && contextBits + positionBits <= 4;
}

export function resetState(state: LzmaState): void {
  state.chances.fill(evenChance);
  state.distances.fill(0);
  state.kind = 0;
}

/**
 * Decodes `input` into `window` from `start` up to exactly `end`. Bytes from `oldest` on may be copied; `position` is that of `start`
 * since the dictionary's reset. False when the input is damaged.
 */
export function decodeSymbols(
  state: LzmaState,
  input: Uint8Array,
  window: Uint8Array,
  start: number,
  end: number,
  oldest: number,
  position: number,
): boolean {
  const { range, chances, distances } = state;
  if (!startRange(range, input)) return false;
  for (let to = start; to < end;) {
    const positionState = (position + to - start) & state.positionMask;
    if (decodeBit(range, chances, at.isMatch + (state.kind << 4) + positionState) === 0) {
      const previous = to > oldest ? (window[to - 1] as number) : 0;
      const place = (position + to - start) & state.literalPositionMask;
      const context =
        at.literal + 0x300 * ((place << state.literalContextBits) + (previous >>> (8 - state.literalContextBits)));
      if (state.kind < 7) {
        window[to] = decodeTree(range, chances, context, 8);
      } else {
        const from = to - (distances[0] as number) - 1;
        if (from < oldest) return false;
        window[to] = decodeLiteralAfterMatch(range, chances, context, window[from] as number);
      }
      state.kind = state.kind < 4 ? 0 : state.kind < 10 ? state.kind - 3 : state.kind - 6;
      to++;
      continue;
    }
    const length = decodeMatch(state, positionState);
    const from = to - (distances[0] as number) - 1;
    if (length === 0 || from < oldest || from >= to || to + length > end) return false;
    if (from + length <= to) window.copyWithin(to, from, from + length);
    else for (let index = 0; index < length; index++) window[to + index] = window[from + index] as number;
    to += length;
  }
  return isRangeDone(range);
}

/** The byte at the last distance is likely not the next one, so its bits steer which probabilities are used. */
function decodeLiteralAfterMatch(range: RangeDecoder, chances: Uint16Array, context: number, match: number): number {
  let node = 1;
  for (let bit = 7; bit >= 0; bit--) {
    const expected = (match >>> bit) & 1;
    const next = decodeBit(range, chances, context + ((1 + expected) << 8) + node);
    node = (node << 1) | next;
    if (next === expected) continue;
    while (node < 0x100) node = (node << 1) | decodeBit(range, chances, context + node);
    break;
  }
  return node & 0xff;
}

/** Moves the right distance to the front and returns the length to copy; 0 at an end marker, which LZMA2 never has. */
function decodeMatch(state: LzmaState, positionState: number): number {
  const { range, chances, distances, kind } = state;
  if (decodeBit(range, chances, at.isRepeat + kind) === 0) {
    const length = decodeLength(range, chances, at.matchLength, positionState);
    state.kind = kind < 7 ? 7 : 10;
    distances.copyWithin(1, 0, 3);
    const distance = decodeDistance(range, chances, length);
    distances[0] = distance;
    return distance < 0 ? 0 : length;
  }
  if (decodeBit(range, chances, at.isRepeat0 + kind) === 0) {
    if (decodeBit(range, chances, at.isLongRepeat0 + (kind << 4) + positionState) === 0) {
      state.kind = kind < 7 ? 9 : 11;
      return 1;
    }
  } else {
    const index =
      decodeBit(range, chances, at.isRepeat1 + kind) === 0 ? 1 : 2 + decodeBit(range, chances, at.isRepeat2 + kind);
    const distance = distances[index] as number;
    distances.copyWithin(1, 0, index);
    distances[0] = distance;
  }
  state.kind = kind < 7 ? 8 : 11;
  return decodeLength(range, chances, at.repeatLength, positionState);
}

function decodeLength(
  range: RangeDecoder,
  chances: Uint16Array,
  of: typeof at.matchLength,
  positionState: number,
): number {
  if (decodeBit(range, chances, of.choice) === 0)
    return 2 + decodeTree(range, chances, of.low + (positionState << 3), 3);
  if (decodeBit(range, chances, of.choice + 1) === 0)
    return 10 + decodeTree(range, chances, of.middle + (positionState << 3), 3);
  return 18 + decodeTree(range, chances, of.high, 8);
}

/** Negative when it is beyond 2 GiB, which includes the end marker and no dictionary accepted here. */
function decodeDistance(range: RangeDecoder, chances: Uint16Array, length: number): number {
  const slot = decodeTree(range, chances, at.slot + (Math.min(length - 2, 3) << 6), 6);
  if (slot < 4) return slot;
  const directBits = (slot >>> 1) - 1;
  const high = (2 | (slot & 1)) << directBits;
  if (slot < 14) return high + decodeReverseTree(range, chances, at.special + high - slot, directBits);
  const middle = decodeDirect(range, directBits - 4) << 4;
  return high | middle | decodeReverseTree(range, chances, at.align, 4) | 0;
}
