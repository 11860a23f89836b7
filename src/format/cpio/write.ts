/** Writes cpio archives as segments: headers and padding as bytes, files as contents to be spliced. */
import { Problem } from "../../model/problem.ts";
import type { Content, Segment } from "../segment.ts";
import { largestSize, newcHeader, padding, strippedHeader, trailerName } from "./header.ts";

export interface CpioEntry {
  /** As it is written: rpm wants `./` before it. */
  readonly path: string;
  /** Type and permission bits, as in `st_mode`. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Unique, unless two entries were one file. */
  readonly inode: number;
  /** A file's bytes, or the target of a link as bytes; undefined for a directory. */
  readonly content: Content | Uint8Array | undefined;
  /** Its place among all files of the rpm header, from 0; only written in the stripped form. */
  readonly index: number;
}

export interface CpioOptions {
  /** rpm's form for payloads with a file of 4 GiB and more, whose members are known only by their index in the header. */
  readonly stripped: boolean;
}

/**
 * The archive of `entries`, in their order. Same entries, same bytes. Fails with `format.invalid` where newc cannot hold a file's
 * size or a path.
 */
export function* cpioSegments(entries: Iterable<CpioEntry>, { stripped }: CpioOptions): Generator<Segment> {
  for (const entry of entries) {
    const size = sizeOf(entry.content);
    yield stripped ? strippedHeader(entry.index) : header(entry, size);
    if (entry.content === undefined || size === 0) continue;
    yield entry.content;
    yield padding(size);
  }
  yield newcHeader({ inode: 0, mode: 0, mtime: 0, size: 0, path: trailerName });
}

function header(entry: CpioEntry, size: number): Uint8Array {
  if (size > largestSize)
    throw new Problem("format.invalid", `${entry.path}: newc cannot hold a file of 4 GiB or more`);
  if (entry.path === "" || entry.path.includes("\0"))
    throw new Problem("format.invalid", `${JSON.stringify(entry.path)}: the path cannot be written`);
  return newcHeader({ ...entry, size });
}

function sizeOf(content: Content | Uint8Array | undefined): number {
  if (content === undefined) return 0;
  return content instanceof Uint8Array ? content.length : content.size;
}
