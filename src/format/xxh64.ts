/** XXH64 with seed 0, the checksum inside zstd frames (xxHash specification 0.1.1), on pairs of 32-bit halves. */

/** A 64-bit number: the high half, then the low half, both as 32-bit integers of either sign. */
type Halves = [high: number, low: number];

const prime1: Readonly<Halves> = [0x9e3779b1, 0x85ebca87];
const prime2: Readonly<Halves> = [0xc2b2ae3d, 0x27d4eb4f];
const prime3: Readonly<Halves> = [0x165667b1, 0x9e3779f9];
const prime4: Readonly<Halves> = [0x85ebca77, 0xc2b2ae63];
const prime5: Readonly<Halves> = [0x27d4eb2f, 0x165667c5];

/** The low 32 bits of the hash of `bytes`, which is the part zstd frames hold (RFC 8878, 3.1.1). */
export function xxh64Low(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = (at: number): Halves => [view.getInt32(at + 4, true), view.getInt32(at, true)];
  let hash: Halves;
  let at = 0;
  if (bytes.length >= 32) {
    const lanes: Halves[] = [add([...prime1], prime2), [...prime2], [0, 0], negated(prime1)];
    at = bytes.length - (bytes.length % 32);
    for (const [lane, halves] of lanes.entries()) runLane(halves, view, 8 * lane, at);
    hash = [0, 0];
    for (const [lane, turn] of [1, 7, 12, 18].entries()) add(hash, rotate([...(lanes[lane] as Halves)], turn));
    for (const lane of lanes) add(multiply(xor(hash, round([0, 0], ...lane)), ...prime1), prime4);
  } else {
    hash = [...prime5];
  }
  add(hash, [0, bytes.length]);
  for (; at + 8 <= bytes.length; at += 8)
    add(multiply(rotate(xor(hash, round([0, 0], ...read(at))), 27), ...prime1), prime4);
  if (at + 4 <= bytes.length) {
    add(multiply(rotate(xor(hash, multiply([0, view.getInt32(at, true)], ...prime1)), 23), ...prime2), prime3);
    at += 4;
  }
  for (; at < bytes.length; at++)
    multiply(rotate(xor(hash, multiply([0, view.getUint8(at)], ...prime5)), 11), ...prime1);

  multiply(xor(hash, shiftRight(hash, 33)), ...prime2);
  multiply(xor(hash, shiftRight(hash, 29)), ...prime3);
  return xor(hash, shiftRight(hash, 32))[1] >>> 0;
}

// The operations below change their first argument and return it: this runs for every 8 bytes of a release.

function round(lane: Halves, high: number, low: number): Halves {
  const input = multiply([high, low], ...prime2);
  return multiply(rotate(add(lane, input), 31), ...prime1);
}

/** All rounds of one lane: 8 of every 32 bytes in [start, end). Written out, since nearly all time is spent here. */
function runLane(lane: Halves, view: DataView, start: number, end: number): void {
  const [highPrime1, lowPrime1] = prime1;
  const [highPrime2, lowPrime2] = prime2;
  let [high, low] = lane;
  for (let at = start; at < end; at += 32) {
    const input = view.getInt32(at, true);
    const sum = (low >>> 0) + (Math.imul(input, lowPrime2) >>> 0);
    high =
      (high +
        highOf(input, lowPrime2) +
        Math.imul(view.getInt32(at + 4, true), lowPrime2) +
        Math.imul(input, highPrime2) +
        (sum > 0xffffffff ? 1 : 0)) |
      0;
    low = sum | 0;
    const turned = (low << 31) | (high >>> 1);
    high = (high << 31) | (low >>> 1);
    low = Math.imul(turned, lowPrime1);
    high = (highOf(turned, lowPrime1) + Math.imul(high, lowPrime1) + Math.imul(turned, highPrime1)) | 0;
  }
  lane[0] = high;
  lane[1] = low;
}

function add(a: Halves, b: Readonly<Halves>): Halves {
  const low = (a[1] >>> 0) + (b[1] >>> 0);
  a[0] = (a[0] + b[0] + (low > 0xffffffff ? 1 : 0)) | 0;
  a[1] = low | 0;
  return a;
}

function negated(a: Readonly<Halves>): Halves {
  return add([~a[0], ~a[1]], [0, 1]);
}

function xor(a: Halves, b: Readonly<Halves>): Halves {
  a[0] ^= b[0];
  a[1] ^= b[1];
  return a;
}

function rotate(a: Halves, bits: number): Halves {
  const [high, low] = a;
  a[0] = (high << bits) | (low >>> (32 - bits));
  a[1] = (low << bits) | (high >>> (32 - bits));
  return a;
}

/** By 29, 32 or 33 bits. */
function shiftRight(a: Readonly<Halves>, bits: number): Halves {
  if (bits < 32) return [a[0] >>> bits, (a[1] >>> bits) | (a[0] << (32 - bits))];
  return [0, a[0] >>> (bits - 32)];
}

/** The low 64 bits of a product. */
function multiply(a: Halves, high: number, low: number): Halves {
  a[0] = (highOf(a[1], low) + Math.imul(a[0], low) + Math.imul(a[1], high)) | 0;
  a[1] = Math.imul(a[1], low);
  return a;
}

/** The high 32 bits of the product of two 32-bit numbers, from products of 16-bit halves. */
function highOf(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = Math.imul(a1, b0) >>> 0;
  const lower = (middle & 0xffff) + (Math.imul(a0, b0) >>> 16);
  const carry = (Math.imul(a0, b1) >>> 0) + lower;
  return (Math.imul(a1, b1) + (middle >>> 16) + ((carry / 0x10000) | 0)) | 0;
}
