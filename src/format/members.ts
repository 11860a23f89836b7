/** Reads any archive format to its end, member by member: what `make/` reads back and `verify/` opens. */
import { createHash, hash } from "node:crypto";
import { open } from "node:fs/promises";

import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import type { CpioMember } from "./cpio/read.ts";
import { readChunks } from "./file.ts";
import { apkMembers, archMembers, debMembers, ipkMembers } from "./package-members.ts";
import { gunzip } from "./inflate.ts";
import type { MemberContent } from "./member-content.ts";
import { inFile, type RandomAccess } from "./random-access.ts";
import { rpmMembers, rpmWritten } from "./rpm/members.ts";
import { fileTypes } from "./rpm/read.ts";
import { type Decoded, gzippedBytes, joinedBytes, type KnownBytes, type Splice } from "./splices.ts";
import type { TarMember } from "./tar/entry.ts";
import { readTar } from "./tar/read.ts";
import { unxz } from "./xz.ts";
import type { ZipMember } from "./zip/entry.ts";
import { readZip, type ReadZipOptions } from "./zip/read.ts";
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
  ["deb", (bytes) => installed(debMembers(bytes))],
  ["termux.deb", (bytes) => installed(debMembers(bytes))],
  ["ipk", (bytes) => installed(ipkMembers(bytes))],
  ["apk", (bytes) => installed(apkMembers(bytes))],
  ["archlinux", (bytes) => installed(archMembers(bytes))],
  ["rpm", (bytes) => cpioMembers(rpmMembers(bytes))],
  ["srpm", (bytes) => cpioMembers(rpmMembers(bytes))],
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

/** Formats that can be read without decoding what was spliced into them. */
const spliced: ReadonlyMap<string, (archive: RandomAccess, splices: readonly Splice[]) => AsyncIterable<Member>> =
  new Map([
    ["tar.gz", (archive, splices) => tarMembers(gzippedBytes(archive, splices))],
    ["tar.zst", (archive, splices) => tarMembers(joinedBytes(archive, splices, unzstd))],
    ["tar.xz", (archive, splices) => tarMembers(joinedBytes(archive, splices, unxz))],
    ["rpm", (archive, splices) => cpioMembers(rpmWritten(archive, splices))],
    ["zip", (archive, splices) => zipEntries(archive, { splices })],
  ]);

/**
 * The same, of an archive that was just written: what was spliced in is compared with its form, which was decoded when it was
 * made, and everything else is decoded. So a content is decoded once, however many archives hold it.
 */
export async function* readWritten(format: string, path: string, splices: readonly Splice[]): AsyncGenerator<Member> {
  const read = spliced.get(format);
  if (read === undefined || splices.length === 0) yield* readMembers(format, path);
  else yield* withFile(path, (archive) => read(archive, splices));
}

async function* tarMembers(bytes: Decoded): AsyncGenerator<Member> {
  for await (const member of readTar(bytes)) yield { ...describe(member), ...(await contentOf(member)) };
}

/** Members of a package, by the path they are installed at. Links may lead anywhere: they are followed from the root. */
async function* installed(members: AsyncIterable<TarMember>): AsyncGenerator<Member> {
  for await (const member of members) {
    const path = member.path.replace(/^\.?\/+/, "").replace(/\/$/, "");
    if (path === "" || path === ".") continue;
    const unsafe = climbs(path);
    yield { ...describe({ ...member, path, unsafe }), ...(await contentOf(member)) };
  }
}

function climbs(path: string): string | undefined {
  return path.split("/").includes("..") ? "a path with `..`" : undefined;
}

async function* zipMembers(path: string): AsyncGenerator<Member> {
  yield* withFile(path, (archive) => zipEntries(archive, {}));
}

async function* zipEntries(archive: RandomAccess, options: ReadZipOptions): AsyncGenerator<Member> {
  for await (const member of readZip(archive, options)) yield { ...describe(member), ...(await contentOf(member)) };
}

async function* withFile(path: string, read: (archive: RandomAccess) => AsyncIterable<Member>): AsyncGenerator<Member> {
  const file = await onDisk(path, () => open(path));
  try {
    yield* read(await inFile(file));
  } finally {
    await file.close();
  }
}

const cpioTypes: ReadonlyMap<number, Member["type"]> = new Map([
  [fileTypes.file, "file"],
  [fileTypes.directory, "directory"],
  [fileTypes.symlink, "symlink"],
]);

/** Members of a package's payload. Links may lead anywhere: they are followed from the root they are installed in. */
async function* cpioMembers(members: AsyncIterable<CpioMember>): AsyncGenerator<Member> {
  for await (const member of members) {
    const path = member.path.replace(/^\.?\//, "");
    const type = cpioTypes.get(member.mode & fileTypes.mask) ?? "special";
    const unsafe = climbs(path);
    const about = { path, type, mode: member.mode & 0o7777, unsafe, target: "", ...nothing };
    if (type === "file") yield { ...about, ...(await contentOf(member)) };
    else if (type === "symlink") yield { ...about, target: await textOf(member) };
    else yield about;
  }
}

/** No system has longer ones. */
const longestTarget = 4096;

async function textOf(member: CpioMember): Promise<string> {
  if (member.size > longestTarget) throw new Problem("format.invalid", `The link ${member.path} is too long`);
  const parts: Uint8Array[] = [];
  for await (const bytes of member.open()) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts).toString("utf8");
}

/** Size and digest of a file's bytes: known, or read to their end. */
function contentOf(member: TarMember | ZipMember | CpioMember): KnownBytes | Promise<KnownBytes> {
  if ("type" in member && member.type !== "file") return nothing;
  const bytes = "now" in member ? member.now() : undefined;
  return bytes === undefined ? digestOf(member) : { size: bytes.length, sha256: hash("sha256", bytes, "hex") };
}

async function digestOf(member: Pick<MemberContent, "known" | "open">): Promise<KnownBytes> {
  const known = await member.known();
  return known === undefined ? digest(member.open()) : { size: known.size, sha256: known.sha256 };
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

async function digest(bytes: Bytes): Promise<KnownBytes> {
  const sha256 = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    sha256.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: sha256.digest("hex") };
}
