/** Reads any archive format to its end, member by member: what `make/` reads back and `verify/` opens. */
import { Problem } from "../model/problem.ts";
import { readChunks } from "./file.ts";
import { gunzip } from "./inflate.ts";
import type { Bytes, Member } from "./members/member.ts";
import { cpioMembers, installed, oneMember, tarMembers, withFile, zipEntries, zipMembers } from "./members/read.ts";
import { apkMembers, archMembers, debMembers, ipkMembers } from "./package-members.ts";
import type { RandomAccess } from "./random-access.ts";
import { rpmMembers, rpmWritten } from "./rpm/members.ts";
import { gzippedBytes, joinedBytes, type Splice } from "./splices.ts";
import { unxz } from "./xz.ts";
import { unzstd } from "./zstd.ts";

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
