/** Spans: some tokens in a row and how often each symbol is in them, the smallest part a block is made of. */
import { ALL_SYMBOLS, SPANS } from "./memory.ts";

export const TOKENS_PER_SPAN: u32 = 2048;

/** The address of a span's symbol counts, u32 x 320; its other fields follow them. */
export type Span = usize;

const SIZE: usize = 1312;

export function spanAt(index: u32): Span {
  return SPANS + <usize>index * SIZE;
}

export function clearCounts(span: Span): void {
  memory.fill(span, 0, 4 * ALL_SYMBOLS);
}

export function count(counts: usize, symbol: u32): void {
  const at = counts + (<usize>symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

export function countOf(counts: usize, symbol: u32): u32 {
  return load<u32>(counts + (<usize>symbol << 2));
}

/** Adds the counts of `other` to those of `span`. */
export function addCounts(span: Span, other: Span): void {
  for (let at: usize = 0; at < 4 * ALL_SYMBOLS; at += 16) {
    v128.store(span + at, i32x4.add(v128.load(span + at), v128.load(other + at)));
  }
}

/** Where the span's tokens begin; they end where the next span's begin. */
export function firstToken(span: Span): usize {
  return load<u32>(span, 1280);
}

/** Where the bytes begin that the span's tokens stand for. */
export function firstByte(span: Span): usize {
  return load<u32>(span, 1284);
}

export function setStart(span: Span, token: usize, byte: usize): void {
  store<u32>(span, <u32>token, 1280);
  store<u32>(span, <u32>byte, 1284);
}

/** The index of the span behind it that was not added to it. */
export function following(span: Span): u32 {
  return load<u32>(span, 1288);
}

export function setFollowing(span: Span, index: u32): void {
  store<u32>(span, index, 1288);
}

/** What it takes as a block of its own, in 1/1024 bits. */
export function costOf(span: Span): u64 {
  return load<u64>(span, 1296);
}

export function setCost(span: Span, cost: u64): void {
  store<u64>(span, cost, 1296);
}

/** What is saved by adding the following span to it, in 1/1024 bits. */
export function savingOf(span: Span): i64 {
  return load<i64>(span, 1304);
}

export function setSaving(span: Span, saving: i64): void {
  store<i64>(span, saving, 1304);
}
