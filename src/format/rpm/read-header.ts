/** Reads header structures (rpm, docs/manual/format_header.md), strictly. */
import { Problem } from "../../model/problem.ts";
import type { ByteReader } from "../deflate/byte-reader.ts";
import { entrySize, headerMagic, introSize, regions, types } from "./header.ts";
import type { TagTable, TagType, TagValues } from "./tags.ts";

/** Values by tag, as they were stored. */
export type RawHeader = ReadonlyMap<number, readonly number[] | readonly string[] | Uint8Array>;

export interface FoundHeader {
  readonly values: RawHeader;
  /** As it stood there, magic included: what digests and signatures are of. */
  readonly bytes: Uint8Array;
}

/** As rpm has them: lib/header.c, HEADER_TAGS_MAX and HEADER_DATA_MAX. */
const limits = { entries: 65_535, store: 256 * 1024 * 1024 };

/**
 * The header that stands next. Fails with `format.invalid` on an early end, a wrong region, a tag without values, and a value
 * that does not lie in the store.
 */
export async function readHeader(reader: ByteReader, region: keyof typeof regions): Promise<FoundHeader> {
  const intro = await take(reader, introSize);
  if (Buffer.compare(intro.subarray(0, headerMagic.length), headerMagic) !== 0)
    throw damaged("does not begin with its magic");
  const count = viewOf(intro).getUint32(8);
  const length = viewOf(intro).getUint32(12);
  if (count > limits.entries || length > limits.store) throw damaged("is too large");
  const rest = await take(reader, count * entrySize + length);
  const index = viewOf(rest.subarray(0, count * entrySize));
  const data = rest.subarray(count * entrySize);
  if (count === 0 || index.getUint32(0) !== regions[region]) throw damaged("has no region");
  const values = new Map<number, readonly number[] | readonly string[] | Uint8Array>();
  for (let at = 0; at < count * entrySize; at += entrySize) {
    const tag = index.getUint32(at);
    if (values.has(tag)) throw damaged(`has tag ${tag} twice`);
    values.set(tag, valueAt(data, tag, index.getUint32(at + 4), index.getUint32(at + 8), index.getUint32(at + 12)));
  }
  return { values, bytes: Buffer.concat([intro, rest]) };
}

/** What a header says, by the names of `table`. Fails with `format.invalid` on a value of another type. */
export function namedValues<Table extends TagTable>(table: Table, values: RawHeader): TagValues<Table> {
  const named = Object.entries(table).flatMap(([name, [tag, type]]) => {
    const value = values.get(tag);
    return value === undefined ? [] : [[name, converted(value, tag, type)]];
  });
  return Object.fromEntries(named) as TagValues<Table>;
}

function converted(value: readonly unknown[] | Uint8Array, tag: number, type: TagType): unknown {
  const found = value instanceof Uint8Array ? "bytes" : typeof value[0];
  const wanted = type === "bytes" ? "bytes" : type.startsWith("int") ? "number" : "string";
  if (found !== wanted) throw damaged(`has tag ${tag} of another type`);
  return type === "string" || type === "i18n" ? (value as readonly unknown[])[0] : value;
}

const typesByNumber = new Map(Object.entries(types).map(([name, { number }]) => [number, name as TagType]));

function valueAt(
  data: Uint8Array,
  tag: number,
  typeNumber: number,
  offset: number,
  count: number,
): readonly number[] | readonly string[] | Uint8Array {
  // CHAR and INT8, which nobody writes any more, are bytes too.
  const type = typeNumber === 1 || typeNumber === 2 ? "bytes" : typesByNumber.get(typeNumber);
  if (type === undefined || count === 0) throw damaged(`has tag ${tag} of no known type or without a value`);
  if (type === "string" || type === "strings" || type === "i18n") return textsAt(data, tag, offset, count);
  const size = type === "bytes" ? 1 : types[type].align;
  if (offset + count * size > data.length) throw damaged(`has tag ${tag} outside of its store`);
  const bytes = data.subarray(offset, offset + count * size);
  return type === "bytes" ? bytes : integersIn(bytes, type);
}

function integersIn(bytes: Uint8Array, type: "int16" | "int32" | "int64"): readonly number[] {
  const view = viewOf(bytes);
  const size = types[type].align;
  return Array.from({ length: bytes.length / size }, (_, index) => {
    if (type === "int16") return view.getUint16(index * size);
    return type === "int32" ? view.getUint32(index * size) : Number(view.getBigUint64(index * size));
  });
}

function textsAt(data: Uint8Array, tag: number, offset: number, count: number): readonly string[] {
  const texts: string[] = [];
  for (let at = offset; texts.length < count;) {
    const end = data.indexOf(0, at);
    if (end < 0) throw damaged(`has tag ${tag} outside of its store`);
    texts.push(Buffer.from(data.subarray(at, end)).toString("utf8"));
    at = end + 1;
  }
  return texts;
}

async function take(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw damaged("ends early");
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function damaged(how: string): Problem {
  return new Problem("format.invalid", `The header of the rpm package ${how}`);
}
