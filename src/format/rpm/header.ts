/** Writes header structures (rpm, docs/manual/format_header.md): an index of tags, sorted, and the store of their values. */
import type { TagTable, TagType, TagValues } from "./tags.ts";

/** Magic, version 1 and four reserved bytes. */
export const headerMagic = Uint8Array.of(0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0);

/** Bytes before the index: magic, number of entries, bytes of the store. */
export const introSize = 16;

/** Bytes of an entry of the index. */
export const entrySize = 16;

/** The tag that spans all others, by which rpm knows what was signed: HEADERSIGNATURES and HEADERIMMUTABLE. */
export const regions = { signature: 62, header: 63 } as const;

/** Type number of each type, and what its values are aligned to (format_header.md, "Data types"). */
export const types: Readonly<Record<TagType, { readonly number: number; readonly align: number }>> = {
  int16: { number: 3, align: 2 },
  int32: { number: 4, align: 4 },
  int64: { number: 5, align: 8 },
  string: { number: 6, align: 1 },
  bytes: { number: 7, align: 1 },
  strings: { number: 8, align: 1 },
  i18n: { number: 9, align: 1 },
};

interface Stored {
  readonly tag: number;
  readonly type: TagType;
  readonly count: number;
  readonly data: Uint8Array;
}

/**
 * The bytes of a header, magic included, whose region is `region`. Same values, same bytes: the index is sorted by tag. A value
 * that is undefined or holds nothing is left out, since rpm refuses headers with tags of count 0.
 */
export function writeHeader<Table extends TagTable>(
  table: Table,
  region: keyof typeof regions,
  values: TagValues<Table>,
): Uint8Array {
  const stored = Object.entries(table)
    .flatMap(([name, [tag, type]]) => store(tag, type, values[name as keyof Table]))
    .toSorted((a, b) => a.tag - b.tag);
  const entries: Uint8Array[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { tag, type, count, data } of stored) {
    const gap = (types[type].align - (offset % types[type].align)) % types[type].align;
    entries.push(integers("int32", [tag, types[type].number, offset + gap, count]));
    parts.push(new Uint8Array(gap), data);
    offset += gap + data.length;
  }
  // The region's value is an index entry of its own, which counts back to the index's beginning.
  const region32 = [regions[region], types.bytes.number];
  const trailer = integers("int32", [...region32, -(stored.length + 1) * entrySize, entrySize]);
  return Buffer.concat([
    headerMagic,
    integers("int32", [stored.length + 1, offset + trailer.length]),
    integers("int32", [...region32, offset, entrySize]),
    ...entries,
    ...parts,
    trailer,
  ]);
}

function store(tag: number, type: TagType, value: unknown): readonly Stored[] {
  if (value === undefined) return [];
  const { count, data } = encode(type, value);
  return count === 0 ? [] : [{ tag, type, count, data }];
}

function encode(type: TagType, value: unknown): { readonly count: number; readonly data: Uint8Array } {
  if (type === "int16" || type === "int32" || type === "int64") {
    const numbers = value as readonly number[];
    return { count: numbers.length, data: integers(type, numbers) };
  }
  if (type === "bytes") {
    const data = value as Uint8Array;
    return { count: data.length, data };
  }
  const texts = type === "strings" ? (value as readonly string[]) : [value as string];
  return { count: texts.length, data: Buffer.from(texts.map((text) => `${text}\0`).join("")) };
}

/** Big-endian; negative numbers in two's complement. */
function integers(type: "int16" | "int32" | "int64", numbers: readonly number[]): Uint8Array {
  const size = types[type].align;
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  numbers.forEach((number, index) => {
    if (type === "int16") view.setUint16(index * size, number & 0xffff);
    else if (type === "int32") view.setUint32(index * size, number >>> 0);
    else view.setBigUint64(index * size, BigInt(number));
  });
  return new Uint8Array(view.buffer);
}
