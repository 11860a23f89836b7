/** Numbers and names in the headers of programs, each read only where it stands within its bytes. */
import { damaged } from "./executable.ts";

export interface Fields {
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** Fails with `format.invalid` beyond 2^53, where no file reaches. */
  u64(at: number): number;
  /** 32 or 64 bits. */
  word(at: number, isWide: boolean): number;
  /** Up to the first NUL, at most `most` bytes, as Latin-1. */
  name(at: number, most: number): string;
  magic(at: number, length: number): string;
}

/** Every read beyond the end fails with `format.invalid`. */
export function fieldsOf(bytes: Uint8Array, littleEndian: boolean): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const within = (at: number, length: number): number => {
    if (!(at >= 0 && at + length <= bytes.length)) throw damaged("a header ends early");
    return at;
  };
  const text = (at: number, end: number): string => Buffer.from(bytes.subarray(at, end)).toString("latin1");
  const fields: Fields = {
    length: bytes.length,
    u8: (at) => view.getUint8(within(at, 1)),
    u16: (at) => view.getUint16(within(at, 2), littleEndian),
    u32: (at) => view.getUint32(within(at, 4), littleEndian),
    u64(at) {
      const value = Number(view.getBigUint64(within(at, 8), littleEndian));
      if (!Number.isSafeInteger(value)) throw damaged("a header holds a number that no file reaches");
      return value;
    },
    word: (at, isWide) => (isWide ? fields.u64(at) : fields.u32(at)),
    name(at, most) {
      const end = Math.min(within(at, 0) + most, bytes.length);
      const nul = bytes.subarray(at, end).indexOf(0);
      return text(at, nul < 0 ? end : at + nul);
    },
    magic: (at, length) => text(within(at, length), at + length),
  };
  return fields;
}
