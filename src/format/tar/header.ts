/** The 512 bytes before every tar entry (POSIX.1-1988 `ustar`, GNU tar's variant of it), written and read. */
import { Problem } from "../../model/problem.ts";
import { fitsOctal, readNumber, writeBase256, writeOctal } from "./number.ts";

export const blockSize = 512;

/** Type flags this code writes or understands. */
export const typeflags = {
  file: "0",
  oldFile: "\0",
  contiguous: "7",
  hardlink: "1",
  symlink: "2",
  characterDevice: "3",
  blockDevice: "4",
  directory: "5",
  fifo: "6",
  paxRecords: "x",
  paxGlobal: "g",
  gnuLongPath: "L",
  gnuLongTarget: "K",
} as const;

/** A header's fields. Texts are bytes, since names may be cut in the middle of a character. */
export interface Header {
  readonly name: Uint8Array;
  readonly prefix: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly typeflag: string;
  readonly target: Uint8Array;
  readonly owner: Uint8Array;
  readonly group: Uint8Array;
}

export type HeaderMagic = "ustar" | "gnu";

/** Where each field lies, as [start, end). */
const fields = {
  name: [0, 100],
  mode: [100, 108],
  uid: [108, 116],
  gid: [116, 124],
  size: [124, 136],
  mtime: [136, 148],
  checksum: [148, 156],
  typeflag: [156, 157],
  target: [157, 257],
  magic: [257, 265],
  owner: [265, 297],
  group: [297, 329],
  deviceMajor: [329, 337],
  deviceMinor: [337, 345],
  prefix: [345, 500],
} as const satisfies Record<string, readonly [number, number]>;

/** Magic and version in one. */
const magics: Readonly<Record<HeaderMagic, string>> = { ustar: "ustar\x0000", gnu: "ustar  \0" };

/** Bytes a text field has room for; the NUL at the end is only needed for owner and group. */
export function room(field: keyof typeof fields): number {
  const [start, end] = fields[field];
  return end - start;
}

/** One header block. Texts must fit; numbers that do not are written in base 256, which only `gnu` headers may use. */
export function writeHeader(header: Header, magic: HeaderMagic): Uint8Array {
  const block = Buffer.alloc(blockSize);
  const at = (field: keyof typeof fields): Buffer => block.subarray(...fields[field]);
  for (const field of ["name", "target", "owner", "group", "prefix"] as const) at(field).set(header[field]);
  for (const field of ["mode", "uid", "gid", "size", "mtime"] as const) {
    if (fitsOctal(header[field], room(field))) writeOctal(at(field), header[field]);
    else writeBase256(at(field), header[field]);
  }
  if (magic === "ustar") for (const field of ["deviceMajor", "deviceMinor"] as const) writeOctal(at(field), 0);
  at("typeflag").write(header.typeflag, "latin1");
  at("magic").write(magics[magic], "latin1");
  at("checksum").write(`${checksumOf(block).toString(8).padStart(6, "0")}\0 `, "latin1");
  return block;
}

/** Reads a header block, or undefined from a block of zeros. Fails with `format.invalid` on anything that is not a header. */
export function readHeader(block: Uint8Array): { readonly header: Header; readonly magic: HeaderMagic } | undefined {
  if (block[0] === 0 && block.every((byte) => byte === 0)) return undefined;
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const at = (field: keyof typeof fields): Buffer => bytes.subarray(...fields[field]);
  if (readNumber(at("checksum"), "checksum") !== checksumOf(block))
    throw new Problem("format.invalid", "A tar header's checksum is wrong");
  const text = at("magic").toString("latin1");
  const magic = text === magics.ustar ? "ustar" : text === magics.gnu ? "gnu" : undefined;
  if (magic === undefined) throw new Problem("format.invalid", "A tar header is neither POSIX nor GNU");
  const header = {
    name: upToNul(at("name")),
    // GNU headers keep other things where POSIX has the prefix.
    prefix: magic === "ustar" ? upToNul(at("prefix")) : new Uint8Array(0),
    mode: readNumber(at("mode"), "mode"),
    uid: readNumber(at("uid"), "uid"),
    gid: readNumber(at("gid"), "gid"),
    size: readNumber(at("size"), "size"),
    mtime: readNumber(at("mtime"), "mtime"),
    typeflag: at("typeflag").toString("latin1"),
    target: upToNul(at("target")),
    owner: upToNul(at("owner")),
    group: upToNul(at("group")),
  };
  if (header.size < 0) throw new Problem("format.invalid", "A tar header's size is negative");
  return { header, magic };
}

/** Zeros after `size` bytes, up to the next block. */
export function paddingSize(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** The sum of all bytes, with the checksum field taken as blanks. */
function checksumOf(block: Uint8Array): number {
  const [start, end] = fields.checksum;
  let sum = (end - start) * 0x20;
  for (let at = 0; at < start; at++) sum += block[at] ?? 0;
  for (let at = end; at < blockSize; at++) sum += block[at] ?? 0;
  return sum;
}

function upToNul(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}
