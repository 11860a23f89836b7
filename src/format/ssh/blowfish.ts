/** Blowfish (Schneier 1993) with the key schedule of bcrypt (Provos and Mazieres 1999), as bcrypt_pbkdf needs it. */

/** 18 subkeys and four boxes of 256 words, one after the other. */
export type Blowfish = Uint32Array;

const [subkeys, words] = [18, 18 + 4 * 256];

let initial: Blowfish | undefined;

/** The state before any key: the first bits of pi behind its point. */
export function blowfish(): Blowfish {
  initial ??= bitsOfPi();
  return initial.slice();
}

function bitsOfPi(): Blowfish {
  const spare = 64n;
  const bits = BigInt(words * 32);
  const one = 1n << (bits + spare);
  // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
  const pi = 16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one);
  const hex = ((pi - 3n * one) >> spare).toString(16).padStart(words * 8, "0");
  return Uint32Array.from({ length: words }, (_, at) => Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16));
}

/** arctan(1/x), in units of 1/`one`. */
function arctanOfInverse(x: bigint, one: bigint): bigint {
  let sum = 0n;
  let sign = 1n;
  for (let power = one / x, odd = 1n; power > 0n; power /= x * x, odd += 2n) {
    sum += sign * (power / odd);
    sign = -sign;
  }
  return sum;
}

/** Mixes a key into the state; `salt` is mixed into what is encrypted on the way, where there is one. Both are words that go round. */
export function expand(state: Blowfish, key: Uint32Array, salt?: Uint32Array): void {
  for (let at = 0; at < subkeys; at++) state[at] = word(state, at) ^ word(key, at % key.length);
  const block = new Uint32Array(2);
  for (let at = 0, from = 0; at < words; at += 2, from += 2) {
    if (salt !== undefined) {
      block[0] = word(block, 0) ^ word(salt, from % salt.length);
      block[1] = word(block, 1) ^ word(salt, (from + 1) % salt.length);
    }
    encrypt(state, block, 0);
    state[at] = word(block, 0);
    state[at + 1] = word(block, 1);
  }
}

/** Encrypts the two words at `at` in place. */
export function encrypt(state: Blowfish, block: Uint32Array, at: number): void {
  let [left, right] = [word(block, at) ^ word(state, 0), word(block, at + 1)];
  for (let round = 1; round <= 16; round += 2) {
    right ^= mixed(state, left) ^ word(state, round);
    left ^= mixed(state, right) ^ word(state, round + 1);
  }
  block[at] = right ^ word(state, 17);
  block[at + 1] = left;
}

function mixed(state: Blowfish, value: number): number {
  const [a, b] = [word(state, subkeys + (value >>> 24)), word(state, subkeys + 256 + ((value >>> 16) & 255))];
  const [c, d] = [word(state, subkeys + 512 + ((value >>> 8) & 255)), word(state, subkeys + 768 + (value & 255))];
  return ((((a + b) | 0) ^ c) + d) | 0;
}

function word(of: Uint32Array, at: number): number {
  return of[at] ?? 0;
}
