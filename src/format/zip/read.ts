/** Reads zip archives, strictly: what two readers could see differently is refused. */
import { crc32 } from "../crc32.ts";
import { finalBlock } from "../deflate/final-block.ts";
import { inflate } from "../inflate.ts";
import { type RandomAccess, range } from "../random-access.ts";
import { holdsSplice, type KnownBytes, type Splice } from "../splices.ts";
import { unsafePath, unsafeTarget } from "../unsafe-path.ts";
import { damaged } from "./damaged.ts";
import { type CentralEntry, type Directory, readDirectory } from "./directory.ts";
import { secondsOf } from "./dos-time.ts";
import type { ZipMember } from "./entry.ts";
import { readLocal } from "./local.ts";
import { flags, methods } from "./records.ts";

/** Symlink targets are kept in memory; no system has longer paths. */
const mostTarget = 4096;

export interface ReadZipOptions {
  /** Bytes that stand before the archive in the same file and that its offsets count. */
  readonly start?: number | undefined;
  /** What was spliced in when it was written. */
  readonly splices?: readonly Splice[] | undefined;
}

/**
 * The members of a zip archive, in the directory's order. Fails with `format.invalid` when central directory and local headers
 * disagree, entries overlap or leave gaps, a path comes twice, or something is encrypted or compressed in an unusual way. Paths
 * that leave the folder are flagged (`unsafe`), not refused. Members' bytes may be read in any order, also later.
 */
export async function* readZip(
  archive: RandomAccess,
  { start = 0, splices = [] }: ReadZipOptions = {},
): AsyncGenerator<ZipMember> {
  const directory = await readDirectory(archive);
  checkPaths(directory);
  const starts = await findData(archive, directory, start);
  const spliced = new Map(splices.map((splice) => [splice.offset, splice]));
  for (const entry of directory.entries) {
    const data = starts.get(entry) ?? 0;
    yield memberOf(entry, {
      open: () => contentOf(archive, entry, data),
      known: () => knownContent(archive, entry, data, spliced.get(data)),
    });
  }
}

function checkPaths({ entries }: Directory): void {
  const paths = new Set(entries.map((entry) => entry.path.replace(/\/$/, "")));
  if (paths.size < entries.length) throw damaged("a path comes twice");
  if (paths.has("") || entries.some((entry) => entry.path.includes("\0"))) throw damaged("an entry has no name");
}

/** Entries must fill the archive up to the directory, each beginning where the one before ends: so none overlaps or hides. */
async function findData(
  archive: RandomAccess,
  { entries, offset }: Directory,
  start: number,
): Promise<ReadonlyMap<CentralEntry, number>> {
  const starts = new Map<CentralEntry, number>();
  let end = start;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset !== end) throw damaged("its entries overlap or leave gaps");
    const extent = await readLocal(archive, entry);
    starts.set(entry, extent.data);
    end = extent.end;
  }
  if (end !== offset) throw damaged("its entries overlap or leave gaps");
  return starts;
}

/** A file's bytes, and what is known of them. */
type ContentAccess = Pick<ZipMember & { readonly type: "file" }, "open" | "known">;

async function memberOf(entry: CentralEntry, access: ContentAccess): Promise<ZipMember> {
  const named = JSON.stringify(entry.path);
  if (entry.flags & ~(flags.descriptor | flags.utf8 | deflateOptions))
    throw damaged(`${named} is encrypted or of an unknown kind`);
  if (entry.method !== methods.stored && entry.method !== methods.deflated)
    throw damaged(`${named} is compressed in an unknown way`);
  const type = typeOf(entry);
  const unixMode = entry.madeBy === unix ? (entry.attributes >>> 16) & 0o7777 : type === "directory" ? 0o755 : 0o644;
  const attributes = {
    path: entry.path,
    mode: unixMode,
    mtime: entry.mtime ?? secondsOf(entry),
    unsafe: unsafePath(entry.path),
  };
  if (type === "file") return { ...attributes, type, size: entry.size, ...access };
  if (type === "directory") return { ...attributes, type };
  const target = await readTarget(entry, access.open());
  return { ...attributes, type, target, unsafe: attributes.unsafe ?? unsafeTarget(entry.path, target) };
}

const unix = 3;

/** Bits that tell how hard a deflate encoder tried (4.4.4). */
const deflateOptions = 0x0006;

function typeOf(entry: CentralEntry): "file" | "directory" | "symlink" {
  const isDirectory = entry.path.endsWith("/");
  const bits = entry.madeBy === unix ? (entry.attributes >>> 16) & 0o170000 : 0;
  const type = bits === 0 ? (isDirectory ? "directory" : "file") : types[bits];
  if (type === undefined || (type === "directory") !== isDirectory || (isDirectory && entry.size > 0)) {
    throw damaged(`${JSON.stringify(entry.path)} is not a file, directory or symlink`);
  }
  return type;
}

const types: Readonly<Record<number, "file" | "directory" | "symlink">> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "symlink",
};

async function readTarget(entry: CentralEntry, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  if (entry.size === 0 || entry.size > mostTarget) throw damaged(`${JSON.stringify(entry.path)} is not a symlink`);
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Known when the entry is a splice and the final block, and the directory says of it what the content is. */
async function knownContent(
  archive: RandomAccess,
  entry: CentralEntry,
  start: number,
  splice: Splice | undefined,
): Promise<KnownBytes | undefined> {
  if (splice === undefined || entry.method !== methods.deflated) return undefined;
  const { content, compressedSize } = splice;
  if (entry.compressedSize !== compressedSize + finalBlock.length || !(await holdsSplice(archive, splice)))
    throw damaged(`${JSON.stringify(entry.path)} does not hold the bytes that were written`);
  const end = await archive.read(start + compressedSize, finalBlock.length);
  if (
    end.some((byte, index) => byte !== finalBlock[index]) ||
    entry.size !== content.size ||
    entry.crc32 !== content.crc32
  )
    throw damaged(`${JSON.stringify(entry.path)} is not what was written`);
  return content;
}

async function* contentOf(archive: RandomAccess, entry: CentralEntry, start: number): AsyncGenerator<Uint8Array> {
  const compressed = range(archive, start, entry.compressedSize);
  let size = 0;
  let crc = 0;
  for await (const bytes of entry.method === methods.deflated ? inflate(compressed) : compressed) {
    size += bytes.length;
    if (size > entry.size) break; // the recorded size is all that is ever handed out
    crc = crc32(bytes, crc);
    yield bytes;
  }
  if (size !== entry.size) throw damaged(`${JSON.stringify(entry.path)} does not have its recorded size`);
  if (crc !== entry.crc32) throw damaged(`${JSON.stringify(entry.path)} does not have its recorded CRC-32`);
}
