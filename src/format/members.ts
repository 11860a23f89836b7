/** Reads any archive format to its end, member by member: what `make/` reads back and `verify/` opens. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import { readChunks } from "./file.ts";
import { gunzip } from "./inflate.ts";
import { inFile } from "./random-access.ts";
import type { TarMember } from "./tar/entry.ts";
import { readTar } from "./tar/read.ts";
import { unxz } from "./xz.ts";
import { readZip } from "./zip/read.ts";
import { unzstd } from "./zstd.ts";

/** One member of an archive, read and hashed. */
export interface Member {
  /** Without a final `/`; empty in formats that hold one file without a name. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "hardlink" | "special";
  /** Permission bits; undefined where the format keeps none. */
  readonly mode: number | undefined;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  /** Lower-case hex of a file's bytes; empty for everything else. */
  readonly sha256: string;
  /** Where a link leads. */
  readonly target: string;
  /** Why unpacking it would not stay inside the folder. */
  readonly unsafe: string | undefined;
}

type Bytes = AsyncIterable<Uint8Array>;

/** Formats that are read from front to back, by the name configs use. */
const streams: ReadonlyMap<string, (bytes: Bytes) => AsyncIterable<Member>> = new Map([
  ["tar", (bytes) => tarMembers(bytes)],
  ["tar.gz", (bytes) => tarMembers(gunzip(bytes))],
  ["tar.zst", (bytes) => tarMembers(unzstd(bytes))],
  ["tar.xz", (bytes) => tarMembers(unxz(bytes))],
  ["gz", (bytes) => oneMember(gunzip(bytes))],
  ["binary", (bytes) => oneMember(bytes)],
]);

/** Formats that are read by jumping about in the file. */
const files: ReadonlyMap<string, (path: string) => AsyncIterable<Member>> = new Map([["zip", zipMembers]]);

/** The formats {@link readMembers} knows. */
export const memberFormats: readonly string[] = [...streams.keys(), ...files.keys()];

/** Whether {@link readMembers} takes its bytes from `bytes`, all of them and in order, when it is given them. */
export function isStreamed(format: string): boolean {
  return streams.has(format);
}

/**
 * Every member of the archive at `path`, each decoded to its end. Fails with `format.invalid` where the archive is not what its
 * format says, and on a format nobody reads. Memory is bounded, whatever the archive claims. `bytes` are the file's, for those
 * who want to see them pass.
 */
export function readMembers(format: string, path: string, bytes: Bytes = readChunks(path)): AsyncIterable<Member> {
  const read = streams.get(format);
  if (read !== undefined) return read(bytes);
  const readFile = files.get(format);
  if (readFile !== undefined) return readFile(path);
  throw new Problem("format.invalid", `"${format}" is no archive format`, {
    expected: `one of ${memberFormats.join(", ")}`,
  });
}

async function* tarMembers(bytes: Bytes): AsyncGenerator<Member> {
  for await (const member of readTar(bytes))
    yield { ...describe(member), ...(member.type === "file" ? await digest(member.open()) : nothing) };
}

async function* zipMembers(path: string): AsyncGenerator<Member> {
  const file = await onDisk(path, () => open(path));
  try {
    for await (const member of readZip(await inFile(file)))
      yield { ...describe(member), ...(member.type === "file" ? await digest(member.open()) : nothing) };
  } finally {
    await file.close();
  }
}

async function* oneMember(bytes: Bytes): AsyncGenerator<Member> {
  yield { path: "", type: "file", mode: undefined, target: "", unsafe: undefined, ...(await digest(bytes)) };
}

const nothing = { size: 0, sha256: "" };

function describe(member: Pick<TarMember, "path" | "type" | "mode" | "unsafe">): Omit<Member, "size" | "sha256"> {
  const { type, mode, unsafe } = member;
  const target = "target" in member && typeof member.target === "string" ? member.target : "";
  return { path: member.path.replace(/\/$/, ""), type, mode, unsafe, target };
}

async function digest(bytes: Bytes): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
}
