/** CRC-64 as xz uses it (ECMA-182, reflected), on pairs of 32-bit halves. */

interface Table {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

let table: Table | undefined;

function makeTable(): Table {
  const low = new Int32Array(256);
  const high = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
    low[byte] = Number(BigInt.asIntN(32, crc));
    high[byte] = Number(BigInt.asIntN(32, crc >> 32n));
  }
  return { low, high };
}

export interface Crc64 {
  update(bytes: Uint8Array): void;
  /** Eight bytes, the lowest first. */
  digest(): Buffer;
}

export function crc64(): Crc64 {
  const { low, high } = (table ??= makeTable());
  let crcLow = -1;
  let crcHigh = -1;
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length; at++) {
        const index = (crcLow ^ (bytes[at] as number)) & 0xff;
        crcLow = ((crcLow >>> 8) | (crcHigh << 24)) ^ (low[index] as number);
        crcHigh = (crcHigh >>> 8) ^ (high[index] as number);
      }
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeInt32LE(~crcLow, 0);
      bytes.writeInt32LE(~crcHigh, 4);
      return bytes;
    },
  };
}
