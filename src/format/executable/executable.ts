/** What ELF, Mach-O and PE files have in common: named sections, and which bytes of the file stand at which address. */
import { Problem } from "../../model/problem.ts";
import type { RandomAccess } from "../random-access.ts";

/** One program. A universal Mach-O file holds several. */
export interface Executable {
  /** Its bytes; of a universal file, those of the one program. */
  readonly bytes: RandomAccess;
  readonly littleEndian: boolean;
  readonly sections: readonly Section[];
  /** What is loaded into memory. */
  readonly segments: readonly Segment[];
}

/** Bytes of the file, by the name that the linker gave them. */
export interface Section {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Bytes of the file that stand at `address` when it runs. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file: less than in memory where zeros follow. */
  readonly size: number;
  /** Whether it is data: written to and not run. */
  readonly isData: boolean;
}

/** The section's bytes; fails with `format.invalid` where it has more than `most`, or the file ends before. */
export async function sectionBytes({ bytes }: Executable, section: Section, most: number): Promise<Uint8Array> {
  if (section.size > most) throw damaged(`its section ${section.name} has ${section.size} bytes`);
  return bytes.read(section.offset, section.size);
}

/** `length` bytes that stand at an address; fails with `format.invalid` where none stand there. */
export async function bytesAt({ bytes, segments }: Executable, address: number, length: number): Promise<Uint8Array> {
  const segment = segments.find(
    ({ address: start, size }) => start <= address && address - start + length <= size && address - start <= size,
  );
  if (segment === undefined) throw damaged("it names an address at which it has nothing");
  return bytes.read(segment.offset + (address - segment.address), length);
}

export function damaged(why: string): Problem {
  return new Problem("format.invalid", `The program is damaged: ${why}`);
}
