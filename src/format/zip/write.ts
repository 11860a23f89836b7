/** Writes zip archives (APPNOTE.TXT 6.3.10), splicing in contents that were compressed before. */
import { Problem } from "../../model/problem.ts";
import { mapAhead } from "../ahead.ts";
import { crc32 } from "../crc32.ts";
import { finalBlock } from "../deflate/final-block.ts";
import type { Content } from "../segment.ts";
import { type OnSplice, type Splice, spliceOf } from "../splices.ts";
import { unsafePath } from "../unsafe-path.ts";
import type { ZipEntry } from "./entry.ts";
import { type Stored, centralHeader, endRecords, localHeader, max16, methods } from "./records.ts";

/** Contents that are compressed while an earlier one is written. */
const entriesAhead = 4;

export interface ZipOptions {
  /** Bytes that stand before the archive in the same file, such as the first line of a script; offsets count them. */
  readonly start?: number | undefined;
  readonly onSplice?: OnSplice | undefined;
}

/** An entry, and the bytes that stand for it. */
interface Ready {
  readonly entry: Stored;
  readonly splice?: Omit<Splice, "offset"> | undefined;
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * The archive of `entries`, in their order. Same entries, same bytes: times are UTC, and sizes are written before the data, so
 * that readers need no data descriptors. Fails with `format.invalid` on two entries of one path, and on a path that is not
 * relative, leaves the folder or cannot be written. Memory is bounded by the number of entries, not by their contents.
 */
export async function* zip(
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
  { start = 0, onSplice }: ZipOptions = {},
): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = start;
  for await (const { entry, open, splice } of mapAhead(checked(entries), entriesAhead, prepare)) {
    const header = localHeader(entry);
    directory.push(centralHeader(entry, offset));
    yield header;
    if (splice !== undefined) onSplice?.({ offset: offset + header.length, ...splice });
    yield* open();
    offset += header.length + entry.compressedSize;
  }
  yield* directory;
  const directorySize = directory.reduce((sum, header) => sum + header.length, 0);
  yield endRecords(directory.length, directorySize, offset);
}

async function prepare(entry: ZipEntry): Promise<Ready> {
  const type = { file: 0o100000, directory: 0o040000, symlink: 0o120000 }[entry.type];
  const path = entry.type === "directory" && !entry.path.endsWith("/") ? `${entry.path}/` : entry.path;
  const stored = { path, unixMode: type | (entry.mode & 0o7777), mtime: entry.mtime, method: methods.stored };
  if (entry.type === "file" && entry.content.size > 0) return prepareContent(stored, entry.content);
  const bytes = Buffer.from(entry.type === "symlink" ? entry.target : "");
  return {
    entry: { ...stored, crc32: crc32(bytes), size: bytes.length, compressedSize: bytes.length },
    open: () => [bytes],
  };
}

/** Deflated, unless that makes it larger. */
async function prepareContent(
  stored: Omit<Stored, "crc32" | "size" | "compressedSize">,
  content: Content,
): Promise<Ready> {
  const compressed = await content.compressed("deflate");
  const facts = { crc32: compressed.crc32, size: content.size };
  const compressedSize = compressed.compressedSize + finalBlock.length;
  if (compressedSize >= content.size)
    return { entry: { ...stored, ...facts, compressedSize: content.size }, open: () => content.open() };
  return {
    entry: { ...stored, ...facts, compressedSize, method: methods.deflated },
    splice: spliceOf(content, compressed),
    async *open() {
      yield* compressed.open();
      yield finalBlock;
    },
  };
}

async function* checked(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): AsyncGenerator<ZipEntry> {
  const paths = new Set<string>();
  for await (const entry of entries) {
    const problem = whyNot(entry);
    if (problem !== undefined) throw new Problem("format.invalid", `${JSON.stringify(entry.path)}: ${problem}`);
    const path = entry.path.replace(/\/$/, "");
    if (paths.has(path))
      throw new Problem("format.invalid", `${JSON.stringify(entry.path)} is in the zip archive twice`);
    paths.add(path);
    yield entry;
  }
}

function whyNot(entry: ZipEntry): string | undefined {
  const texts = entry.type === "symlink" ? [entry.path, entry.target] : [entry.path];
  if (texts.some((text) => text === "" || text.includes("\0") || !text.isWellFormed()))
    return "a name cannot be written";
  if (Buffer.byteLength(entry.path) >= max16) return "the path is too long";
  if (entry.type !== "directory" && entry.path.endsWith("/")) return 'only a directory\'s path may end with "/"';
  if (!Number.isSafeInteger(entry.mtime)) return `${entry.mtime} is not a time in whole seconds`;
  if (!Number.isSafeInteger(entry.mode) || entry.mode < 0) return `${entry.mode} is not a mode`;
  const unsafe = unsafePath(entry.path);
  return unsafe === undefined ? undefined : `${unsafe} cannot go into an archive`;
}
