/** What packages of the Plan install, as files of an image: unpacked, not installed, so their scripts do not run. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join, posix } from "node:path";

import { debControl } from "../../format/deb-control.ts";
import { readChunks } from "../../format/file.ts";
import { apkMembers, debMembers } from "../../format/package-members.ts";
import type { Content } from "../../format/segment.ts";
import type { TarMember } from "../../format/tar/entry.ts";
import { type Artifact, hexOf } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import type { PlannedFile } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import type { TreeEntry } from "../tree.ts";

interface PackageReader {
  members(bytes: AsyncIterable<Uint8Array>): AsyncIterable<TarMember>;
  /** Files that tell scanners what is installed. */
  listed(bytes: AsyncIterable<Uint8Array>, context: MakeContext): Promise<readonly TreeEntry[]>;
}

const readers: Readonly<Record<string, PackageReader>> = {
  deb: { members: debMembers, listed: debStatus },
  apk: { members: apkMembers, listed: async () => [] },
};

/** The package that an entry unpacks at the root, or undefined where it is a file like any other. */
export function packageToUnpack(file: PlannedFile, context: MakeContext): Artifact | undefined {
  if (file.source !== "artifact" || (file.to !== "" && posix.normalize(file.to) !== "/")) return undefined;
  const artifact = context.inputOf(file.from, file.output ?? "");
  return artifact.type === "package" ? artifact : undefined;
}

/** What a package installs. Throws `plan.invalid` on other formats. */
export async function packageEntries(
  artifact: Artifact,
  file: PlannedFile,
  context: MakeContext,
): Promise<readonly TreeEntry[]> {
  const { format } = artifact.attributes;
  const reader = typeof format === "string" && Object.hasOwn(readers, format) ? readers[format] : undefined;
  if (reader === undefined)
    throw new Problem("plan.invalid", `${artifact.name} cannot be unpacked into an image: it is neither deb nor apk`, {
      place: file.place,
      expected: "a deb or apk package, or `to` with a folder for the file itself",
    });
  const known = unpackedIn.get(context) ?? new Map<string, Promise<readonly TreeEntry[]>>();
  unpackedIn.set(context, known);
  const entries = known.get(artifact.digest) ?? readPackage(artifact, reader, context);
  known.set(artifact.digest, entries);
  return entries;
}

/** A package for all architectures is unpacked once. */
const unpackedIn = new WeakMap<MakeContext, Map<string, Promise<readonly TreeEntry[]>>>();

async function readPackage(
  artifact: Artifact,
  reader: PackageReader,
  context: MakeContext,
): Promise<readonly TreeEntry[]> {
  const bytes = (): AsyncIterable<Uint8Array> => readChunks(context.pathOf(artifact));
  const installed = await unpack(artifact, reader.members(bytes()), context);
  return [...installed, ...(await reader.listed(bytes(), context))];
}

/** Files are written one after the other into one scratch file, from which they are read again. */
async function unpack(
  artifact: Artifact,
  members: AsyncIterable<TarMember>,
  context: MakeContext,
): Promise<readonly TreeEntry[]> {
  const path = join(context.scratch, `unpacked-${hexOf(artifact.digest)}`);
  const spool = await onDisk(path, () => open(path, "wx"));
  const contents = new Map<string, Content>();
  const entries: TreeEntry[] = [];
  let at = 0;
  const write = async (bytes: AsyncIterable<Uint8Array>): Promise<Content> => {
    const sha256 = createHash("sha256");
    const start = at;
    for await (const chunk of bytes) {
      sha256.update(chunk);
      await onDisk(path, () => spool.writeFile(chunk));
      at += chunk.length;
    }
    return context.contentOfRange(path, { start, size: at - start, sha256: sha256.digest("hex") });
  };
  try {
    for await (const member of members) {
      const to = posix.join("/", member.path).slice(1).replace(/\/$/, "");
      if (to === "") continue;
      const common = { path: to, mode: member.mode, mtime: Math.max(0, Math.trunc(member.mtime)), ...ownersOf(member) };
      if (member.type === "directory") entries.push({ ...common, type: "directory" });
      else if (member.type === "symlink") entries.push({ ...common, type: "symlink", target: member.target });
      else if (member.type === "file") {
        const content = await write(member.open());
        contents.set(to, content);
        entries.push({ ...common, type: "file", content });
      } else
        throw new Problem("plan.invalid", `${artifact.name} has a ${member.type} at ${to}, which an image cannot get`);
    }
  } finally {
    await spool.close();
  }
  return entries;
}

/** The name where there is one that is not the number's own, so that a name nobody knows is refused and not taken for root. */
function ownersOf({ owner, group, uid, gid }: TarMember): Pick<TreeEntry, "owner" | "group"> {
  const known = (name: string | undefined, number = 0): string =>
    name === undefined || name === "" || number !== 0 ? String(number) : name;
  return { owner: known(owner, uid), group: known(group, gid) };
}

/** A package's fields where distroless images have them, and scanners look for them. */
async function debStatus(bytes: AsyncIterable<Uint8Array>, context: MakeContext): Promise<readonly TreeEntry[]> {
  const { name, text } = await debControl(bytes);
  return [
    {
      type: "file",
      path: `var/lib/dpkg/status.d/${name}`,
      mode: 0o644,
      mtime: context.epoch,
      owner: "root",
      group: "root",
      content: context.contentOfBytes(Buffer.from(text)),
    },
  ];
}
