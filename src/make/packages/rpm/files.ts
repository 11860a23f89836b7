/** The files of an rpm package as its header lists them and its payload holds them. */
import type { CpioEntry } from "../../../format/cpio/write.ts";
import { fileTypes } from "../../../format/rpm/read.ts";
import type { HeaderValues } from "../../../format/rpm/tags.ts";
import type { ContentFlag } from "../../../model/package.ts";
import type { PackageEntry } from "../format.ts";

/** rpmfileAttrs (rpm, include/rpm/rpmfiles.h). */
const attributes: Readonly<Partial<Record<ContentFlag, number>>> = {
  config: 1,
  doc: 2,
  missingok: 8,
  noreplace: 1 | 16, // which is %config(noreplace) and nothing else
  ghost: 64,
  license: 128,
  readme: 256,
};

/** Flags that rpm knows. */
export const rpmFlags = ["config", "noreplace", "missingok", "ghost", "doc", "license", "readme", "tree"] as const;

/** Digest, size, time, and link's target of a ghost may be anything: these bits are what `rpm --verify` leaves out. */
const ghostVerify = ~(1 | 2 | 4 | 32);

/** 4 GiB, from which on sizes need 64 bits. */
const large = 0x1_0000_0000;

/** The files of a package, and what their paths begin from: `/`, or nothing in a source package, which is unpacked anywhere. */
export interface FileList {
  readonly entries: readonly PackageEntry[];
  readonly root: "/" | "";
}

/** Whether the sizes of single files need 64 bits, and with them another form of the payload (rpm, docs/manual/large_files.md). */
export function hasLargeFiles(entries: readonly PackageEntry[]): boolean {
  return entries.some((entry) => sizeOf(entry) >= large);
}

export function isGhost(entry: PackageEntry): boolean {
  return entry.flags.has("ghost");
}

/** Type and permission bits; those of links are never anything else on Linux. */
function modeOf(entry: PackageEntry): number {
  return entry.type === "symlink" ? fileTypes.symlink | 0o777 : fileTypes[entry.type] | (entry.mode & 0o7777);
}

function sizeOf(entry: PackageEntry): number {
  if (entry.type === "directory" || isGhost(entry)) return 0;
  return entry.type === "file" ? entry.content.size : Buffer.byteLength(entry.target);
}

/** What goes into the payload: everything but ghosts. */
export function payloadEntries({ entries, root }: FileList): readonly CpioEntry[] {
  const prefix = root === "" ? "" : "./";
  return entries.flatMap((entry, index) => {
    if (isGhost(entry)) return [];
    const content =
      entry.type === "file" ? entry.content : entry.type === "symlink" ? Buffer.from(entry.target) : undefined;
    return [{ path: prefix + entry.path, mode: modeOf(entry), mtime: entry.mtime, inode: index + 1, content, index }];
  });
}

/** `wide`: sizes have 64 bits. */
export function fileTags({ entries, root }: FileList, wide: boolean): HeaderValues {
  const sizes = entries.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    ...(wide || total >= large ? { longSize: [total] } : { size: [total] }),
    ...(wide ? { longFileSizes: sizes } : { fileSizes: sizes }),
    fileModes: entries.map(modeOf),
    fileRdevs: entries.map(() => 0),
    fileMtimes: entries.map(({ mtime }) => mtime),
    fileDigests: entries.map((entry) => (entry.type === "file" && !isGhost(entry) ? entry.content.sha256 : "")),
    fileDigestAlgo: entries.length === 0 ? undefined : [8], // SHA-256, RFC 9580, 9.5
    fileLinkTos: entries.map((entry) => (entry.type === "symlink" ? entry.target : "")),
    fileFlags: entries.map(({ flags }) => [...flags].reduce((bits, flag) => bits | (attributes[flag] ?? 0), 0)),
    fileUserName: entries.map(({ owner }) => owner),
    fileGroupName: entries.map(({ group }) => group),
    fileVerifyFlags: entries.map((entry) => (isGhost(entry) ? ghostVerify : -1)),
    fileDevices: entries.map(() => 1),
    fileInodes: entries.map((_, index) => index + 1),
    fileLangs: entries.map(({ lang }) => lang ?? ""),
    ...pathTags({ entries, root }),
  };
}

/** Folders once each, with a final `/`; names beside the number of their folder (CompressedFileNames). */
function pathTags({ entries, root }: FileList): HeaderValues {
  const folders = new Map<string, number>();
  const indexes: number[] = [];
  const names: string[] = [];
  for (const { path } of entries) {
    const end = path.lastIndexOf("/") + 1;
    const folder = root + path.slice(0, end);
    const index = folders.get(folder) ?? folders.size;
    folders.set(folder, index);
    indexes.push(index);
    names.push(path.slice(end));
  }
  return { dirIndexes: indexes, baseNames: names, dirNames: [...folders.keys()] };
}
