/** Reads the sections and segments of ELF files (System V ABI, chapter 4 and 5; elf(5)). */
import type { RandomAccess } from "../random-access.ts";
import { damaged, type Executable, type Section, type Segment } from "./executable.ts";
import { type Fields, fieldsOf } from "./fields.ts";

/** Offsets that differ between 32 and 64 bits. */
const layouts = {
  narrow: { header: 52, phoff: 28, shoff: 32, counts: 42, section: 40, segment: 32 },
  wide: { header: 64, phoff: 32, shoff: 40, counts: 54, section: 64, segment: 56 },
} as const;

/** Sections or segments; linkers write some dozens, and e_shnum has sixteen bits. */
const mostEntries = 0x1_0000;
/** Bytes of all names of sections. */
const mostNames = 1024 * 1024;

const loaded = 1;
const flags = { run: 1, write: 2 } as const;
/** SHT_NOBITS: has a size and no bytes. */
const nobits = 8;

export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

/** Fails with `format.invalid` where a header leads out of the file. */
export async function readElf(bytes: RandomAccess): Promise<Executable> {
  const start = await bytes.read(0, Math.min(bytes.size, layouts.wide.header));
  const isWide = start[4] === 2;
  const littleEndian = start[5] !== 2;
  const header = fieldsOf(start, littleEndian);
  const table = isWide ? layouts.wide : layouts.narrow;
  const phoff = header.word(table.phoff, isWide);
  const shoff = header.word(table.shoff, isWide);
  const [segmentSize, segmentCount] = [header.u16(table.counts), header.u16(table.counts + 2)];
  const [sectionSize, sectionCount] = [header.u16(table.counts + 4), header.u16(table.counts + 6)];
  const segments = await readTable(bytes, phoff, segmentSize, segmentCount, table.segment, littleEndian);
  const first = shoff === 0 ? undefined : await readTable(bytes, shoff, sectionSize, 1, table.section, littleEndian);
  // More sections than the header's number can say: the first section says how many (elf(5), e_shnum).
  const count = shoff === 0 ? 0 : sectionCount || sizeOf(first?.[0], isWide);
  const sections = await readTable(bytes, shoff, sectionSize, count, table.section, littleEndian);
  return {
    bytes,
    littleEndian,
    sections: await nameSections(bytes, sections, header.u16(table.counts + 8), isWide, littleEndian),
    segments: segments.flatMap((segment) => segmentOf(segment, isWide)),
  };
}

async function readTable(
  bytes: RandomAccess,
  offset: number,
  entrySize: number,
  count: number,
  least: number,
  littleEndian: boolean,
): Promise<readonly Fields[]> {
  if (count === 0) return [];
  if (entrySize < least || entrySize > 1024 || count > mostEntries)
    throw damaged("a table of its header is impossible");
  const table = await bytes.read(offset, entrySize * count);
  return Array.from({ length: count }, (_, at) =>
    fieldsOf(table.subarray(at * entrySize, (at + 1) * entrySize), littleEndian),
  );
}

function sizeOf(section: Fields | undefined, isWide: boolean): number {
  return section?.word(isWide ? 32 : 20, isWide) ?? 0;
}

async function nameSections(
  bytes: RandomAccess,
  sections: readonly Fields[],
  namesAt: number,
  isWide: boolean,
  littleEndian: boolean,
): Promise<readonly Section[]> {
  const place = (section: Fields) => ({
    offset: section.word(isWide ? 24 : 16, isWide),
    size: sizeOf(section, isWide),
  });
  const namesSection = sections[namesAt];
  if (namesSection === undefined) return [];
  const { offset, size } = place(namesSection);
  if (size > mostNames) throw damaged("the names of its sections are too long");
  const names = fieldsOf(await bytes.read(offset, size), littleEndian);
  return sections.flatMap((section) => {
    if (section.u32(4) === nobits) return [];
    return [{ name: names.name(section.u32(0), 256), ...place(section) }];
  });
}

function segmentOf(segment: Fields, isWide: boolean): readonly Segment[] {
  if (segment.u32(0) !== loaded) return [];
  const permissions = segment.u32(isWide ? 4 : 24);
  return [
    {
      offset: segment.word(isWide ? 8 : 4, isWide),
      address: segment.word(isWide ? 16 : 8, isWide),
      size: segment.word(isWide ? 32 : 16, isWide),
      isData: (permissions & (flags.run | flags.write)) === flags.write,
    },
  ];
}
