/** SSH's data types (RFC 4251, 5): numbers of 32 bits, strings with their length before them, integers of any size. */
import { Problem } from "../../model/problem.ts";

/** Reads values one after the other. */
export interface WireReader {
  /** A number of 32 bits. */
  uint32(): number;
  /** Bytes with their length before them. */
  string(): Uint8Array;
  /** The same as text, which must be printable ASCII. */
  text(): string;
  /** A positive integer in its shortest form, without the zero that keeps it positive. */
  mpint(): Uint8Array;
  /** So many bytes. */
  bytes(count: number): Uint8Array;
  /** What is left. */
  rest(): Uint8Array;
  /** Nothing may be left. */
  end(): void;
}

/** Every read beyond the end, and what is not as it should be, fails with `format.invalid`. `what` names the whole. */
export function wireReader(data: Uint8Array, what: string): WireReader {
  const bytes = Buffer.from(data);
  let at = 0;
  const invalid = (why: string): Problem => new Problem("format.invalid", `${what} ${why}`);
  const take = (count: number): Buffer => {
    if (count > bytes.length - at) throw invalid("ends before its end");
    at += count;
    return bytes.subarray(at - count, at);
  };
  const uint32 = (): number => take(4).readUInt32BE();
  const string = (): Buffer => take(uint32());
  return {
    uint32,
    string,
    text() {
      const text = string().toString("latin1");
      if (!/^[ -~]*$/.test(text)) throw invalid("has a name that cannot be printed");
      return text;
    },
    mpint() {
      const number = string();
      const [first = 0, second = 0] = number;
      if (first >= 0x80) throw invalid("has a negative number");
      if (number.length > 0 && first === 0 && second < 0x80)
        throw invalid("has a number that is not in its shortest form");
      return first === 0 ? number.subarray(1) : number;
    },
    bytes: take,
    rest: () => take(bytes.length - at),
    end() {
      if (at !== bytes.length) throw invalid("goes on after its end");
    },
  };
}

export function uint32(number: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Bytes or text with the length before them. */
export function string(value: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A positive integer, given as its bytes, the highest first. */
export function mpint(number: Uint8Array): Uint8Array {
  const bytes = Buffer.from(number);
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
  return string((shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), shortest]) : shortest);
}
