/** Writes a distribution anew, so that its bytes depend on its contents alone: not on times, owners, umask or zlib. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";

import { readChunks } from "../../../format/file.ts";
import { gzip } from "../../../format/gzip.ts";
import { gunzip } from "../../../format/inflate.ts";
import { readMembers } from "../../../format/members.ts";
import { inFile } from "../../../format/random-access.ts";
import type { Content } from "../../../format/segment.ts";
import { readTar } from "../../../format/tar/read.ts";
import { tarSegments } from "../../../format/tar/write.ts";
import { readZip } from "../../../format/zip/read.ts";
import { zip } from "../../../format/zip/write.ts";
import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import type { Made, MakeContext } from "../../maker.ts";

type Attributes = { readonly path: string; readonly mode: number; readonly mtime: number };
export type Entry = Attributes &
  ({ readonly type: "file"; readonly content: Content } | { readonly type: "symlink"; readonly target: string });

/** A wheel: the package first, its `.dist-info` last and RECORD at the very end, as PEP 427 recommends. */
export async function repackWheel(name: string, path: string, context: MakeContext): Promise<Made> {
  const entries = await withSpool(join(context.scratch, `${name}.spool`), context, async (spool) => {
    const file = await onDisk(path, () => open(path));
    try {
      const found: Entry[] = [];
      for await (const member of readZip(await inFile(file)))
        if (member.type !== "directory") found.push(await spool(member));
      return found;
    } finally {
      await file.close();
    }
  });
  const rank = ({ path: at }: Entry): number =>
    /^[^/]+\.dist-info\/RECORD$/.test(at) ? 2 : /^[^/]+\.dist-info\//.test(at) ? 1 : 0;
  const made = await context.write(name, zip(sorted(entries, rank)));
  return readBack("zip", made);
}

/** A source distribution: PKG-INFO and all else in the order of their paths, in one gzip member. */
export async function repackSdist(name: string, path: string, context: MakeContext): Promise<Made> {
  const entries = await withSpool(join(context.scratch, `${name}.spool`), context, async (spool) => {
    const found: Entry[] = [];
    for await (const member of readTar(gunzip(readChunks(path))))
      if (member.type !== "directory") found.push(await spool(member));
    return found;
  });
  const made = await context.write(
    name,
    gzip(
      tarSegments(
        sorted(entries, () => 0),
        { dialect: "pax" },
      ),
      context.compressor,
    ),
  );
  return readBack("tar.gz", made);
}

/** By rank, then by path. */
export function sorted(entries: readonly Entry[], rank: (entry: Entry) => number): readonly Entry[] {
  return entries.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}

interface Unpacked {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly unsafe: string | undefined;
  readonly target?: string;
  open?(): AsyncIterable<Uint8Array>;
}

type Spool = (member: Unpacked) => Promise<Entry>;

/** Members' bytes go into one scratch file, so that memory does not grow with the distribution. */
async function withSpool<T>(path: string, context: MakeContext, work: (spool: Spool) => Promise<T>): Promise<T> {
  const file = await onDisk(path, () => open(path, "wx"));
  let start = 0;
  try {
    return await work(async (member) => {
      if (member.unsafe !== undefined)
        throw new Problem("format.invalid", `${JSON.stringify(member.path)} in a distribution: ${member.unsafe}`);
      const attributes = { path: member.path, mode: (member.mode & 0o100) === 0 ? 0o644 : 0o755, mtime: context.epoch };
      if (member.type === "symlink")
        return { ...attributes, mode: 0o777, type: "symlink", target: member.target ?? "" };
      if (member.open === undefined)
        throw new Problem("format.invalid", `${JSON.stringify(member.path)} in a distribution is a ${member.type}`);
      const { size, sha256 } = await append(file, path, member.open());
      const content = context.contentOfRange(path, { start, size, sha256 });
      start += size;
      return { ...attributes, type: "file", content };
    });
  } finally {
    await file.close();
  }
}

async function append(
  file: FileHandle,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
    await onDisk(path, () => file.writeFile(chunk));
  }
  return { size, sha256: hash.digest("hex") };
}

/** Nothing is listed in a Release before it was read to its end. */
async function readBack(format: string, made: Made): Promise<Made> {
  for await (const member of readMembers(format, made.path))
    if (member.unsafe !== undefined) throw new Problem("format.invalid", `${made.name}: ${member.unsafe}`);
  return made;
}
