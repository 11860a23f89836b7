/** How each tar dialect says what an entry is: its header block, and the blocks before it for what does not fit there. */
import { Problem } from "../../model/problem.ts";
import type { TarDialect } from "./entry.ts";
import { type Header, paddingSize, room, typeflags, writeHeader } from "./header.ts";
import { fitsOctal } from "./number.ts";
import { writePax } from "./pax.ts";

/** An entry with nothing left open: defaults filled in, paths in their final form. */
export interface PlainEntry {
  readonly path: string;
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly typeflag: string;
  readonly owner: string;
  readonly group: string;
  readonly pax: Readonly<Record<string, string>>;
}

/** The blocks that stand before the entry's content. Fails with `format.invalid` when the dialect has no way to say it. */
export const headersIn: Readonly<Record<TarDialect, (entry: PlainEntry) => readonly Uint8Array[]>> = {
  gnu(entry) {
    refuse(entry, entry.pax, "PAX records");
    refuse(entry, longTexts(entry, ["owner", "group"]), "long names of owners");
    const header = rawHeader(entry);
    const long = [
      ...(header.target.length > room("target") ? gnuLong(typeflags.gnuLongTarget, header.target) : []),
      ...(header.name.length > room("name") ? gnuLong(typeflags.gnuLongPath, header.name) : []),
    ];
    return [...long, writeHeader({ ...header, name: cut(header.name), target: cut(header.target) }, "gnu")];
  },

  ustar(entry) {
    refuse(entry, entry.pax, "PAX records");
    const { records, header } = split(entry);
    refuse(entry, records, "these values");
    return [writeHeader(header, "ustar")];
  },

  pax(entry) {
    const { records, header } = split(entry);
    if (!isAscii(entry.path)) records["path"] = entry.path;
    if (!isAscii(entry.target)) records["linkpath"] = entry.target;
    for (const [key, value] of Object.entries(entry.pax)) {
      if (key in records || key.includes("=") || key === "" || !key.isWellFormed() || !value.isWellFormed()) {
        throw new Problem("format.invalid", `${entry.path}: "${key}" cannot be a PAX record of its own`);
      }
      records[key] = value;
    }
    const keys = Object.keys(records).toSorted();
    if (keys.length === 0) return [writeHeader(header, "ustar")];
    const sorted = new Map(keys.map((key) => [key, records[key] ?? ""]));
    const extended = withContent(typeflags.paxRecords, "././@PaxHeader", writePax(sorted), "ustar");
    return [...extended, writeHeader(header, "ustar")];
  },
};

/** A header that holds what fits into plain `ustar` fields, and PAX records for what does not. */
function split(entry: PlainEntry): { readonly records: Record<string, string>; readonly header: Header } {
  const raw = rawHeader(entry);
  const path = splitPath(raw.name);
  const records = longTexts(entry, ["target", "owner", "group"]);
  if (path === undefined) records["path"] = entry.path;
  const fitting = { uid: raw.uid, gid: raw.gid, size: raw.size, mtime: raw.mtime };
  for (const field of ["uid", "gid", "size", "mtime"] as const) {
    if (fitsOctal(raw[field], room(field))) continue;
    records[field] = String(raw[field]);
    fitting[field] = 0;
  }
  const texts = { target: cut(raw.target), owner: raw.owner.subarray(0, 31), group: raw.group.subarray(0, 31) };
  return { records, header: { ...raw, ...texts, ...fitting, ...(path ?? { name: cut(raw.name) }) } };
}

/** Texts that are too long for their field, under the names PAX has for them. */
function longTexts(entry: PlainEntry, of: readonly ("target" | "owner" | "group")[]): Record<string, string> {
  const records: Record<string, string> = {};
  for (const field of of) if (Buffer.byteLength(entry[field]) > longest[field]) records[paxKeys[field]] = entry[field];
  return records;
}

const paxKeys = { target: "linkpath", owner: "uname", group: "gname" } as const;
const longest = { target: room("target"), owner: room("owner") - 1, group: room("group") - 1 } as const;

function rawHeader(entry: PlainEntry): Header {
  const { path, target, owner, group, mode, uid, gid, size, mtime, typeflag } = entry;
  const texts = {
    name: Buffer.from(path),
    target: Buffer.from(target),
    owner: Buffer.from(owner),
    group: Buffer.from(group),
  };
  return { ...texts, prefix: new Uint8Array(0), mode, uid, gid, size, mtime, typeflag };
}

/** Divides a path at a `/` into a name of up to 100 bytes and a prefix of up to 155; undefined when there is no such `/`. */
function splitPath(path: Uint8Array): { readonly name: Uint8Array; readonly prefix: Uint8Array } | undefined {
  if (path.length <= room("name")) return { name: path, prefix: new Uint8Array(0) };
  const slash = path.indexOf(0x2f, path.length - room("name") - 1);
  if (slash < 1 || slash > room("prefix") || slash === path.length - 1) return undefined;
  return { name: path.subarray(slash + 1), prefix: path.subarray(0, slash) };
}

/** An entry of its own that holds a text too long for the next header's field. */
function gnuLong(typeflag: string, text: Uint8Array): readonly Uint8Array[] {
  return withContent(typeflag, "././@LongLink", Buffer.concat([text, Buffer.alloc(1)]), "gnu");
}

/** An entry that describes the next one. Nothing in its header depends on where or when it is written. */
function withContent(
  typeflag: string,
  name: string,
  content: Uint8Array,
  magic: "ustar" | "gnu",
): readonly Uint8Array[] {
  const owner = Buffer.from("root");
  const texts = { name: Buffer.from(name), prefix: new Uint8Array(0), target: new Uint8Array(0), owner, group: owner };
  const header = { ...texts, mode: 0o644, uid: 0, gid: 0, size: content.length, mtime: 0, typeflag };
  const blocks = Buffer.alloc(content.length + paddingSize(content.length));
  blocks.set(content);
  return [writeHeader(header, magic), blocks];
}

function refuse(entry: PlainEntry, records: Readonly<Record<string, string>>, what: string): void {
  const keys = Object.keys(records);
  if (keys.length === 0) return;
  throw new Problem("format.invalid", `${entry.path}: this tar dialect cannot hold ${what}: ${keys.join(", ")}`);
}

function cut(text: Uint8Array): Uint8Array {
  return text.subarray(0, room("name"));
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
