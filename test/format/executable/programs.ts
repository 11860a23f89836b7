/** The smallest programs that hold sections: ELF, Mach-O and PE files whose code nobody runs. */

/** A section's name and bytes. */
export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Where the data of every program stands in memory. */
export const dataAddress = 0x40_0000;

/** One data segment that is the first part; all parts are sections, each at a multiple of 16. */
export function elf(parts: readonly Part[], { isWide = true, littleEndian = true, nameless = false } = {}): Buffer {
  const [headerSize, segmentSize, sectionSize] = isWide ? [64, 56, 64] : [52, 32, 40];
  const names = Buffer.from(["", ...parts.map(({ name }) => name), ".shstrtab"].map((name) => `${name}\0`).join(""));
  const placed = place([...parts.map(({ bytes }) => bytes), names], headerSize + segmentSize);
  const end = aligned(placed.end);
  const count = nameless ? 0 : parts.length + 2;
  const file = Buffer.alloc(end + count * sectionSize);
  const put = numbersIn(file, littleEndian);
  file.write("\x7fELF", "latin1");
  file.set([isWide ? 2 : 1, littleEndian ? 1 : 2, 1], 4);
  const at = isWide ? [32, 40, 54] : [28, 32, 42];
  put.word(at[0] ?? 0, headerSize, isWide);
  put.word(at[1] ?? 0, nameless ? 0 : end, isWide);
  for (const [index, value] of [segmentSize, 1, sectionSize, count, nameless ? 0 : count - 1].entries())
    put.u16((at[2] ?? 0) + 2 * index, value);
  const [first] = placed.offsets;
  const data = parts[0]?.bytes.length ?? 0;
  put.u32(headerSize, 1);
  put.u32(headerSize + (isWide ? 4 : 24), 6);
  for (const [index, value] of [first ?? 0, dataAddress, dataAddress, data, data].entries())
    put.word(headerSize + (isWide ? 8 : 4) + index * (isWide ? 8 : 4), value, isWide);
  placed.copyInto(file);
  if (nameless) return file;
  let name = 1;
  for (const [index, bytes] of [...parts.map((part) => part.bytes), names].entries()) {
    const section = end + (index + 1) * sectionSize;
    put.u32(section, name);
    put.u32(section + 4, 1);
    put.word(section + (isWide ? 24 : 16), placed.offsets[index] ?? 0, isWide);
    put.word(section + (isWide ? 32 : 20), bytes.length, isWide);
    name += (parts[index]?.name.length ?? 0) + 1;
  }
  return file;
}

/** One segment `__DATA` of all parts. */
export function machO(parts: readonly Part[]): Buffer {
  const commandSize = 72 + 80 * parts.length;
  const placed = place(
    parts.map(({ bytes }) => bytes),
    32 + commandSize,
  );
  const file = Buffer.alloc(placed.end);
  const put = numbersIn(file, true);
  for (const [index, value] of [0xfeedfacf, 0x0100_000c, 0, 2, 1, commandSize].entries()) put.u32(4 * index, value);
  put.u32(32, 0x19);
  put.u32(36, commandSize);
  file.write("__DATA", 40, "latin1");
  const start = placed.offsets[0] ?? 0;
  for (const [index, value] of [dataAddress, placed.end - start, start, placed.end - start].entries())
    put.word(56 + 8 * index, value, true);
  for (const [index, value] of [3, 3, parts.length].entries()) put.u32(88 + 4 * index, value);
  for (const [index, { name, bytes }] of parts.entries()) {
    const section = 104 + 80 * index;
    file.write(name, section, "latin1");
    file.write("__DATA", section + 16, "latin1");
    put.word(section + 40, bytes.length, true);
    put.u32(section + 48, placed.offsets[index] ?? 0);
  }
  placed.copyInto(file);
  return file;
}

/** A universal file of several programs. */
export function universal(programs: readonly Uint8Array[]): Buffer {
  const placed = place(programs, 8 + 20 * programs.length);
  const file = Buffer.alloc(placed.end);
  file.writeUInt32BE(0xcafebabe, 0);
  file.writeUInt32BE(programs.length, 4);
  for (const [index, program] of programs.entries()) {
    file.writeUInt32BE(placed.offsets[index] ?? 0, 8 + 20 * index + 8);
    file.writeUInt32BE(program.length, 8 + 20 * index + 12);
  }
  placed.copyInto(file);
  return file;
}

/** A PE32+ file whose parts are sections of data. */
export function pe(parts: readonly Part[]): Buffer {
  const [start, optional] = [64, 240];
  const table = start + 24 + optional;
  const placed = place(
    parts.map(({ bytes }) => bytes),
    table + 40 * parts.length,
  );
  const file = Buffer.alloc(placed.end);
  const put = numbersIn(file, true);
  file.write("MZ", "latin1");
  put.u32(60, start);
  file.write("PE\0\0", start, "latin1");
  put.u16(start + 6, parts.length);
  put.u16(start + 20, optional);
  put.u16(start + 24, 0x20b);
  for (const [index, { name, bytes }] of parts.entries()) {
    const section = table + 40 * index;
    file.write(name, section, "latin1");
    const place = placed.offsets[index] ?? 0;
    for (const [at, value] of [bytes.length, dataAddress + place, bytes.length, place].entries())
      put.u32(section + 8 + 4 * at, value);
    put.u32(section + 36, 0xc000_0040);
  }
  placed.copyInto(file);
  return file;
}

/** Go's build information with its texts behind it (Go 1.18 and later). */
export function inlineBuildInfo(goVersion: string, modules: string): Buffer {
  return Buffer.concat([
    header(0, 2),
    Buffer.alloc(16),
    varintText(Buffer.from(goVersion)),
    varintText(wrapped(modules)),
  ]);
}

/** The same as older linkers wrote it, to stand at {@link dataAddress}: pointers to headers of texts. */
export function pointedBuildInfo(goVersion: string, modules: string, isWide: boolean, littleEndian: boolean): Buffer {
  const width = isWide ? 8 : 4;
  const texts = [Buffer.from(goVersion), wrapped(modules)];
  const headers = 32;
  const bytes = headers + 4 * width;
  const all = Buffer.alloc(bytes + texts.reduce((sum, text) => sum + text.length, 0));
  const put = numbersIn(all, littleEndian);
  header(width, littleEndian ? 0 : 1).copy(all);
  let at = bytes;
  for (const [index, text] of texts.entries()) {
    const head = headers + index * 2 * width;
    put.word(16 + index * width, dataAddress + head, isWide);
    put.word(head, dataAddress + at, isWide);
    put.word(head + width, text.length, isWide);
    text.copy(all, at);
    at += text.length;
  }
  return all;
}

function header(width: number, flags: number): Buffer {
  return Buffer.concat([Buffer.from("\xff Go buildinf:", "latin1"), Buffer.from([width, flags])]);
}

/** Sixteen bytes around the list tell where it is in memory. */
function wrapped(modules: string): Buffer {
  const [begin, end] = ["3077af0c9274080241e1c107e6d618e6", "f932433186182072008242104116d8f2"];
  return Buffer.concat([Buffer.from(begin, "hex"), Buffer.from(modules), Buffer.from(end, "hex")]);
}

function varintText(text: Buffer): Buffer {
  const length: number[] = [];
  let rest = text.length;
  for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), text]);
}

interface Placed {
  readonly offsets: readonly number[];
  readonly end: number;
  copyInto(file: Buffer): void;
}

function place(parts: readonly Uint8Array[], from: number): Placed {
  let end = from;
  const offsets = parts.map((part) => {
    const start = aligned(end);
    end = start + part.length;
    return start;
  });
  return { offsets, end, copyInto: (file) => parts.forEach((part, index) => file.set(part, offsets[index])) };
}

function aligned(at: number): number {
  return Math.ceil(at / 16) * 16;
}

function numbersIn(file: Buffer, littleEndian: boolean) {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  return {
    u16: (at: number, value: number): void => view.setUint16(at, value, littleEndian),
    u32: (at: number, value: number): void => view.setUint32(at, value, littleEndian),
    word: (at: number, value: number, isWide: boolean): void =>
      isWide ? view.setBigUint64(at, BigInt(value), littleEndian) : view.setUint32(at, value, littleEndian),
  };
}
