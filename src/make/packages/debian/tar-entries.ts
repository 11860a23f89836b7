/** What a package installs as tar entries in the form dpkg and opkg read: paths below `./`, GNU's dialect. */
import type { TarEntry } from "../../../format/tar/entry.ts";
import { tarSegments } from "../../../format/tar/write.ts";
import type { Segment } from "../../../format/segment.ts";
import type { TreeEntry } from "../../tree.ts";
import type { PackageEntry } from "../format.ts";
import { withParents } from "../parents.ts";

/** What lies in the package: no ghosts, every parent before what lies in it, the root itself first. */
export function packedEntries(entries: readonly PackageEntry[], mtime: number): readonly TreeEntry[] {
  const packed = withParents(
    entries.filter(({ flags }) => !flags.has("ghost")),
    mtime,
  );
  const root = { path: ".", type: "directory", mode: 0o755, mtime, owner: "root", group: "root" } as const;
  return [root, ...packed.map((entry) => ({ ...entry, path: `./${entry.path}` }))];
}

/** The tar archive. PAX headers, which dpkg refuses, are never written. */
export function packageTar(entries: readonly TreeEntry[]): Iterable<Segment> {
  return tarSegments(entries.map(tarEntry), { dialect: "gnu", unixOnly: true });
}

/**
 * dpkg looks names of owners up on the machine it installs on, after preinst ran, and takes the numbers where it does not find
 * them. A number instead of a name therefore goes where numbers belong, and root's stand for the rest.
 */
function tarEntry({ owner, group, ...entry }: TreeEntry): TarEntry {
  const isNumber = (name: string): boolean => /^[0-9]+$/.test(name);
  return {
    ...entry,
    ...(isNumber(owner) ? { owner: "", uid: Number(owner) } : { owner, uid: 0 }),
    ...(isNumber(group) ? { group: "", gid: Number(group) } : { group, gid: 0 }),
  };
}

/** KiB as dpkg-gencontrol counts them: files and links rounded up each, 1 for everything else. */
export function installedSize(entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, entry) => sum + sizeInKib(entry), 0);
}

function sizeInKib(entry: TreeEntry): number {
  if (entry.type === "file") return Math.ceil(entry.content.size / 1024);
  return entry.type === "symlink" ? Math.ceil(Buffer.byteLength(entry.target) / 1024) : 1;
}
