/** Reads the sections of Windows programs (PE format specification, "COFF File Header", "Section Table"). */
import type { RandomAccess } from "../random-access.ts";
import { damaged, type Executable } from "./executable.ts";
import { fieldsOf } from "./fields.ts";

/** IMAGE_SCN_CNT_INITIALIZED_DATA, IMAGE_SCN_MEM_EXECUTE and IMAGE_SCN_MEM_WRITE. */
const flags = { data: 0x40, run: 0x2000_0000, write: 0x8000_0000 } as const;
const sectionSize = 40;
/** The loader takes no more than 96. */
const mostSections = 4096;

export function isPe(start: Uint8Array): boolean {
  return start[0] === 0x4d && start[1] === 0x5a;
}

/** Undefined for a DOS program. Fails with `format.invalid` where a header leads out of the file. */
export async function readPe(bytes: RandomAccess): Promise<Executable | undefined> {
  const dos = fieldsOf(await bytes.read(0, Math.min(bytes.size, 64)), true);
  if (dos.length < 64) return undefined;
  const at = dos.u32(60);
  if (at + 24 > bytes.size) return undefined;
  const coff = fieldsOf(await bytes.read(at, 24), true);
  if (coff.magic(0, 4) !== "PE\0\0") return undefined;
  const [count, optionalSize] = [coff.u16(6), coff.u16(20)];
  if (count > mostSections) throw damaged("it has too many sections");
  const optional = fieldsOf(await bytes.read(at + 24, optionalSize), true);
  const isWide = optional.u16(0) === 0x20b;
  const base = optional.word(isWide ? 24 : 28, isWide);
  const table = fieldsOf(await bytes.read(at + 24 + optionalSize, sectionSize * count), true);
  const sections = Array.from({ length: count }, (_, nth) => {
    const section = nth * sectionSize;
    const kind = table.u32(section + 36);
    // What is in memory may end before the section, which the file rounds up, or go on with zeros.
    const size = Math.min(table.u32(section + 8) || Number.POSITIVE_INFINITY, table.u32(section + 16));
    return {
      name: table.name(section, 8),
      address: base + table.u32(section + 12),
      offset: table.u32(section + 20),
      size,
      isData: (kind & flags.data) !== 0 && (kind & flags.run) === 0 && (kind & flags.write) !== 0,
    };
  });
  return { bytes, littleEndian: true, sections, segments: sections };
}
