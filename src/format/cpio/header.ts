/** The headers of cpio archives: `070701`, called newc (cpio(5), "New ASCII Format"), and rpm's stripped `07070X`. */
import { Problem } from "../../model/problem.ts";

/** What a newc header says of its member. */
export interface CpioHeader {
  readonly inode: number;
  /** Type and permission bits, as in `st_mode`. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes that follow. */
  readonly size: number;
  readonly path: string;
}

export const magics = { newc: "070701", checked: "070702", stripped: "07070X" } as const;

/** Bytes of a newc header before the name. */
export const fixedSize = 110;

/** Bytes of a stripped header. */
export const strippedSize = 14;

/** What follows the last member. */
export const trailerName = "TRAILER!!!";

/** The largest file a newc header can speak of. */
export const largestSize = 0xffff_ffff;

/** Zeros that bring `size` to a multiple of four. */
export function padding(size: number): Uint8Array {
  return new Uint8Array(paddingSize(size));
}

export function paddingSize(size: number): number {
  return (4 - (size % 4)) % 4;
}

/** A newc header with name and padding; one link, owner 0, no device. */
export function newcHeader({ inode, mode, mtime, size, path }: CpioHeader): Uint8Array {
  const name = Buffer.from(`${path}\0`);
  const numbers = [inode, mode, 0, 0, 1, mtime, size, 0, 0, 0, 0, name.length, 0];
  const fixed = Buffer.from(magics.newc + numbers.map(hex).join(""), "latin1");
  return Buffer.concat([fixed, name, padding(fixed.length + name.length)]);
}

/** A stripped header: everything else stands in the rpm header, at `index` of its files (rpm, lib/cpio.c). */
export function strippedHeader(index: number): Uint8Array {
  return Buffer.concat([Buffer.from(magics.stripped + hex(index), "latin1"), padding(strippedSize)]);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** The numbers behind a newc magic, in their order. Fails with `format.invalid` on anything but hexadecimal digits. */
export function hexFields(text: string): readonly number[] {
  return (text.match(/.{1,8}/gs) ?? []).map((field) => {
    if (!/^[0-9a-fA-F]{8}$/.test(field))
      throw new Problem("format.invalid", "A cpio header has something that is not a number");
    return Number.parseInt(field, 16);
  });
}
