/** The files of an archive of images, by name: a tar that is read by jumping about in it. */
import { posix } from "node:path";

import { Problem } from "../../model/problem.ts";
import type { RandomAccess } from "../random-access.ts";
import { locateMembers } from "../tar/locate.ts";
import { invalid, mostJson } from "../json.ts";

/** Bytes inside the archive. */
export interface Stretch {
  readonly offset: number;
  readonly size: number;
}

export interface FilesInTar {
  readonly paths: Iterable<string>;
  /** Undefined where there is no such file. */
  find(path: string): Stretch | undefined;
  /** The bytes of a small file. Fails with `format.invalid` where it is not there or larger than a manifest may be. */
  read(path: string): Promise<Uint8Array>;
}

/** An image has a few hundred files; more is an attack on memory. */
const mostFiles = 100_000;

/** `foreign`: folders and links are allowed, as other programs write them. Fails with `format.invalid` on a name that comes twice. */
export async function filesInTar(
  access: RandomAccess,
  { foreign }: { readonly foreign: boolean },
): Promise<FilesInTar> {
  const files = new Map<string, Stretch>();
  const links = new Map<string, string>();
  for await (const { member, offset } of locateMembers(access)) {
    const path = foreign ? posix.normalize(member.path) : member.path;
    if (foreign && member.type === "directory") continue;
    if (files.has(path) || links.has(path)) throw invalid(path, "is in the archive twice");
    if (files.size + links.size >= mostFiles) throw new Problem("format.invalid", "The archive has too many files");
    if (member.type === "file") files.set(path, { offset, size: member.size });
    else if (foreign && member.type === "symlink") links.set(path, posix.join(posix.dirname(path), member.target));
    else if (foreign && member.type === "hardlink") links.set(path, posix.normalize(member.target));
    else throw invalid(path, `is a ${member.type}, where only files belong`);
  }
  const find = (path: string): Stretch | undefined => {
    const name = posix.normalize(path);
    return files.get(name) ?? files.get(links.get(name) ?? "");
  };
  return {
    paths: files.keys(),
    find,
    async read(path) {
      const stretch = find(path);
      if (stretch === undefined) throw new Problem("format.invalid", `The archive has no ${path}`);
      if (stretch.size > mostJson) throw invalid(path, `is larger than ${mostJson} bytes`);
      return access.read(stretch.offset, stretch.size);
    },
  };
}
