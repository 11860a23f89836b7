/** Writes bits, lowest first, as deflate packs them (RFC 1951, 3.1.1). */

// Bits that do not fill a byte yet. Every write stores eight bytes and steps over those that are full.
let pending: u64 = 0;
let pendingBits: u64 = 0;
let next: usize = 0;

export function startBits(at: usize): void {
  pending = 0;
  pendingBits = 0;
  next = at;
}

/** Where the next full byte goes. */
export function endOfBits(): usize {
  return next;
}

/** Up to 32 bits. */
export function putBits(bits: u32, count: u32): void {
  pending |= <u64>bits << pendingBits;
  pendingBits += count;
  store<u64>(next, pending);
  next += <usize>(pendingBits >> 3);
  pending >>= pendingBits & 0x38;
  pendingBits &= 7;
}

/** A code and perhaps its extra bits, with their number << 24. */
export function putCode(code: u32): void {
  putBits(code & 0xffffff, code >> 24);
}

/** A block of stored bytes, up to 65535 of them, which begins and ends on a byte (RFC 1951, 3.2.4). */
export function putStored(from: usize, length: u32): void {
  putBits(0, 3);
  if (pendingBits != 0) putBits(0, <u32>(8 - pendingBits));
  store<u16>(next, length);
  store<u16>(next, ~length, 2);
  memory.copy(next + 4, from, length);
  next += 4 + length;
}

/** Ends on a byte: with an empty stored block, where the last block has not already. */
export function alignToByte(): void {
  if (pendingBits != 0) putStored(0, 0);
}

/** The loop that writes most bits keeps them in locals. */
export function pendingOf(): u64 {
  return pending;
}
export function pendingBitsOf(): u64 {
  return pendingBits;
}
export function resumeBits(bits: u64, count: u64, at: usize): void {
  pending = bits;
  pendingBits = count;
  next = at;
}
