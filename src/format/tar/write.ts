/** Writes tar archives as segments: headers and padding as bytes, files as contents to be spliced. */
import { Problem } from "../../model/problem.ts";
import type { Segment } from "../segment.ts";
import { outsidePath, unsafePath } from "../unsafe-path.ts";
import { type PlainEntry, headersIn } from "./dialects.ts";
import type { TarDialect, TarEntry } from "./entry.ts";
import { blockSize, paddingSize, typeflags } from "./header.ts";

export interface TarOptions {
  readonly dialect: TarDialect;
  /** False leaves out the two blocks of zeros at the end, so that more can follow (apk). */
  readonly end?: boolean | undefined;
  /** Only Unix unpacks it, as packages are: names may hold what means a folder or drive elsewhere, such as a backslash. */
  readonly unixOnly?: boolean | undefined;
}

/**
 * The archive of `entries`, in their order. Same entries, same bytes: there is no clock and no owner but those given. Fails with
 * `format.invalid` on a path that is not relative, leaves the folder or cannot be written, and on what the dialect has no way to say.
 */
export function* tarSegments(entries: Iterable<TarEntry>, options: TarOptions): Generator<Segment> {
  for (const entry of entries) yield* entrySegments(entry, options);
  yield* endSegments(options);
}

/** The same of entries that become known one by one. */
export async function* tarSegmentsOf(entries: AsyncIterable<TarEntry>, options: TarOptions): AsyncGenerator<Segment> {
  for await (const entry of entries) yield* entrySegments(entry, options);
  yield* endSegments(options);
}

function* entrySegments(entry: TarEntry, options: TarOptions): Generator<Segment> {
  yield* headersIn[options.dialect](plainEntry(entry, options));
  if (entry.type !== "file" || entry.content.size === 0) return;
  yield entry.content;
  const padding = paddingSize(entry.content.size);
  if (padding > 0) yield zeros.subarray(0, padding);
}

function* endSegments({ end }: TarOptions): Generator<Segment> {
  if (end !== false) yield zeros;
}

/** Two blocks: an archive's end. */
const zeros = new Uint8Array(2 * blockSize);

function plainEntry(entry: TarEntry, options: TarOptions): PlainEntry {
  checkPath(entry, options);
  const target = entry.type === "symlink" || entry.type === "hardlink" ? entry.target : "";
  if (entry.type !== "file" && entry.type !== "directory") checkText(entry.path, target, "target");
  const owner = {
    owner: entry.owner ?? "root",
    group: entry.group ?? "root",
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
  };
  checkNumber(entry, "mode", entry.mode);
  checkNumber(entry, "mtime", entry.mtime);
  checkNumber(entry, "uid", owner.uid);
  checkNumber(entry, "gid", owner.gid);
  return {
    ...owner,
    path: entry.type === "directory" && !entry.path.endsWith("/") ? `${entry.path}/` : entry.path,
    target,
    mode: entry.mode & 0o7777,
    mtime: entry.mtime,
    size: entry.type === "file" ? entry.content.size : 0,
    typeflag: typeflags[entry.type],
    pax: entry.pax ?? {},
  };
}

function checkNumber({ path }: TarEntry, what: string, value: number): void {
  if (!Number.isSafeInteger(value) || (value < 0 && what !== "mtime"))
    throw new Problem("format.invalid", `${path}: ${value} is not a ${what}`, { expected: "a whole number" });
}

function checkPath(entry: TarEntry, { unixOnly }: TarOptions): void {
  checkText(entry.path, entry.path, "path");
  const unsafe = unixOnly === true ? outsidePath(entry.path) : unsafePath(entry.path);
  if (unsafe !== undefined) throw new Problem("format.invalid", `${entry.path}: ${unsafe} cannot go into an archive`);
  if (entry.type !== "directory" && entry.path.endsWith("/")) {
    throw new Problem("format.invalid", `${entry.path}: only a directory's path may end with "/"`);
  }
}

function checkText(path: string, text: string, what: string): void {
  if (text === "" || text.includes("\0") || !text.isWellFormed()) {
    throw new Problem("format.invalid", `${JSON.stringify(path)}: the ${what} cannot be written`, {
      expected: "text without NUL that is not empty",
    });
  }
}
