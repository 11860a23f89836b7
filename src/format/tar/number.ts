/** Numbers in tar headers: octal digits (POSIX.1-1988), or base 256 where GNU tar says so. */
import { Problem } from "../../model/problem.ts";

/** Whether a field of `length` bytes can hold the number as octal digits and a NUL. */
export function fitsOctal(value: number, length: number): boolean {
  return value >= 0 && value < 8 ** (length - 1);
}

/** Zero-padded octal digits and a NUL. The number must fit. */
export function writeOctal(field: Uint8Array, value: number): void {
  Buffer.from(field.buffer, field.byteOffset, field.length).write(
    `${value.toString(8).padStart(field.length - 1, "0")}\0`,
    "latin1",
  );
}

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
  const text = Buffer.from(field.buffer, field.byteOffset, field.length).toString("latin1");
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1];
  if (digits === undefined) throw new Problem("format.invalid", `The tar header's ${what} is not a number`);
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function readBase256(field: Uint8Array, what: string): number {
  let value = field[0] === 0xff ? -1n : 0n;
  for (const byte of field.subarray(1)) value = (value << 8n) | BigInt(byte);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Problem("format.invalid", `The tar header's ${what} is out of range`);
  return number;
}
