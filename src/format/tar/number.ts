/** Numbers in tar headers: octal digits (POSIX.1-1988), or base 256 where GNU tar says so. */
import { Problem } from "../../model/problem.ts";

/** Whether a field of `length` bytes can hold the number as octal digits and a NUL. */
export function fitsOctal(value: number, length: number): boolean {
  return value >= 0 && value < 8 ** (length - 1);
}

/** Zero-padded octal digits and a NUL. The number must fit. */
export function writeOctal(field: Uint8Array, value: number): void {
  let rest = value;
  field[field.length - 1] = 0;
  for (let at = field.length - 2; at >= 0; at--) {
    field[at] = zero + (rest % 8);
    rest = Math.floor(rest / 8);
  }
}

const zero = "0".charCodeAt(0);
const blank = " ".charCodeAt(0);

/** Big-endian two's complement, marked by the top bit of the first byte (GNU tar manual, "Extensions to Octal"). */
export function writeBase256(field: Uint8Array, value: number): void {
  let rest = BigInt(value);
  for (let index = field.length - 1; index >= 0; index--) {
    field[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  field[0] = value < 0 ? 0xff : 0x80;
}

/** Reads either form. `what` names the field in the error. An empty field is 0, as old writers left it. */
export function readNumber(field: Uint8Array, what: string): number {
  const first = field[0] ?? 0;
  if (first === 0x80 || first === 0xff) return readBase256(field, what);
  let value = 0;
  let at = 0;
  while (field[at] === blank) at++;
  for (; isDigit(field[at]); at++) value = value * 8 + ((field[at] as number) - zero);
  for (; at < field.length; at++)
    if (field[at] !== blank && field[at] !== 0)
      throw new Problem("format.invalid", `The tar header's ${what} is not a number`);
  return value;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte < zero + 8;
}

function readBase256(field: Uint8Array, what: string): number {
  let value = field[0] === 0xff ? -1n : 0n;
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Problem("format.invalid", `The tar header's ${what} is out of range`);
  return number;
}
