/** Reads the sections and segments of Mach-O files, universal ones too (<mach-o/loader.h>, <mach-o/fat.h>). */
import type { RandomAccess } from "../random-access.ts";
import { damaged, type Executable, type Section, type Segment } from "./executable.ts";
import { type Fields, fieldsOf } from "./fields.ts";

const magics: ReadonlyMap<string, { readonly isWide: boolean; readonly littleEndian: boolean }> = new Map([
  ["\xce\xfa\xed\xfe", { isWide: false, littleEndian: true }],
  ["\xcf\xfa\xed\xfe", { isWide: true, littleEndian: true }],
  ["\xfe\xed\xfa\xce", { isWide: false, littleEndian: false }],
  ["\xfe\xed\xfa\xcf", { isWide: true, littleEndian: false }],
]);

/** FAT_MAGIC and FAT_MAGIC_64; the first is that of Java's class files too, which go on with their version. */
const universal: ReadonlyMap<string, { readonly isWide: boolean }> = new Map([
  ["\xca\xfe\xba\xbe", { isWide: false }],
  ["\xca\xfe\xba\xbf", { isWide: true }],
]);

/** The oldest class files are of version 45. */
const mostPrograms = 40;
const mostCommands = 4 * 1024 * 1024;
const segmentCommands: ReadonlyMap<number, { readonly isWide: boolean }> = new Map([
  [0x1, { isWide: false }],
  [0x19, { isWide: true }],
]);
/** S_ZEROFILL, S_GB_ZEROFILL and S_THREAD_LOCAL_ZEROFILL: sizes without bytes. */
const zeroFilled: ReadonlySet<number> = new Set([0x1, 0xc, 0x12]);
/** VM_PROT_WRITE and VM_PROT_EXECUTE. */
const protections = { write: 2, run: 4 } as const;

export function isMachO(start: Uint8Array): boolean {
  const magic = magicOf(start);
  return (
    magics.has(magic) || (universal.has(magic) && start.length >= 8 && fieldsOf(start, false).u32(4) <= mostPrograms)
  );
}

/** Every program in the file. Fails with `format.invalid` where a header leads out of the file. */
export async function readMachO(bytes: RandomAccess): Promise<readonly Executable[]> {
  const start = await bytes.read(0, Math.min(bytes.size, 8));
  const wrapper = universal.get(magicOf(start));
  if (wrapper === undefined) return [await readProgram(bytes)];
  const entry = wrapper.isWide ? 32 : 20;
  const count = fieldsOf(start, false).u32(4);
  const table = fieldsOf(await bytes.read(8, entry * count), false);
  const programs: Executable[] = [];
  for (let at = 0; at < table.length; at += entry) {
    const offset = table.word(at + 8, wrapper.isWide);
    const size = table.word(at + (wrapper.isWide ? 16 : 12), wrapper.isWide);
    programs.push(await readProgram(partOf(bytes, offset, size)));
  }
  return programs;
}

function partOf(bytes: RandomAccess, start: number, size: number): RandomAccess {
  return {
    size,
    async read(offset, length, buffer) {
      if (offset < 0 || length < 0 || offset + length > size) throw damaged("it ends early");
      return bytes.read(start + offset, length, buffer);
    },
  };
}

async function readProgram(bytes: RandomAccess): Promise<Executable> {
  const start = await bytes.read(0, Math.min(bytes.size, 32));
  const kind = magics.get(magicOf(start));
  if (kind === undefined) throw damaged("it holds what is no program");
  const header = fieldsOf(start, kind.littleEndian);
  const size = header.u32(20);
  if (size > mostCommands) throw damaged("it has too many load commands");
  const commands = fieldsOf(await bytes.read(kind.isWide ? 32 : 28, size), kind.littleEndian);
  const found = [...segmentsIn(commands, header.u32(16))];
  return {
    bytes,
    littleEndian: kind.littleEndian,
    sections: found.flatMap(({ sections }) => sections),
    segments: found.map(({ segment }) => segment),
  };
}

interface Found {
  readonly segment: Segment;
  readonly sections: readonly Section[];
}

function* segmentsIn(commands: Fields, count: number): Generator<Found> {
  for (let at = 0, nth = 0; nth < count && at < commands.length; nth += 1) {
    const size = commands.u32(at + 4);
    if (size < 8) throw damaged("a load command has no size");
    const kind = segmentCommands.get(commands.u32(at));
    if (kind !== undefined) yield segmentAt(commands, at, at + size, kind.isWide);
    at += size;
  }
}

function segmentAt(commands: Fields, at: number, end: number, isWide: boolean): Found {
  const word = isWide ? 8 : 4;
  const numbers = at + 24;
  const rest = numbers + 4 * word;
  const protection = commands.u32(rest + 4);
  const sectionSize = isWide ? 80 : 68;
  const sections: Section[] = [];
  const count = commands.u32(rest + 8);
  for (let nth = 0, section = rest + 16; nth < count; nth += 1, section += sectionSize) {
    if (section + sectionSize > end) throw damaged("a segment's sections do not end");
    const offset = section + 32 + 2 * word;
    if (zeroFilled.has(commands.u32(offset + 16) & 0xff)) continue;
    const size = commands.word(section + 32 + word, isWide);
    sections.push({ name: commands.name(section, 16), offset: commands.u32(offset), size });
  }
  return {
    sections,
    segment: {
      address: commands.word(numbers, isWide),
      offset: commands.word(numbers + 2 * word, isWide),
      size: commands.word(numbers + 3 * word, isWide),
      isData: (protection & (protections.write | protections.run)) === protections.write,
    },
  };
}

function magicOf(start: Uint8Array): string {
  return Buffer.from(start.subarray(0, 4)).toString("latin1");
}
