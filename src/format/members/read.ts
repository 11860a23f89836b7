/** Members of each family of formats: tar, packages, zip, cpio, and single files. */
import { open } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { CpioMember } from "../cpio/read.ts";
import { inFile, type RandomAccess } from "../random-access.ts";
import { fileTypes } from "../rpm/read.ts";
import type { Decoded } from "../splices.ts";
import type { TarMember } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { readZip, type ReadZipOptions } from "../zip/read.ts";
import { type Bytes, contentOf, describe, digest, type Member, nothing } from "./member.ts";

export async function* tarMembers(bytes: Decoded): AsyncGenerator<Member> {
  for await (const member of readTar(bytes)) yield { ...describe(member), ...(await contentOf(member)) };
}

/** Members of a package, by the path they are installed at. Links may lead anywhere: they are followed from the root. */
export async function* installed(members: AsyncIterable<TarMember>): AsyncGenerator<Member> {
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

export async function* zipMembers(path: string): AsyncGenerator<Member> {
  yield* withFile(path, (archive) => zipEntries(archive, {}));
}

export async function* zipEntries(archive: RandomAccess, options: ReadZipOptions): AsyncGenerator<Member> {
  for await (const member of readZip(archive, options)) yield { ...describe(member), ...(await contentOf(member)) };
}

export async function* withFile(
  path: string,
  read: (archive: RandomAccess) => AsyncIterable<Member>,
): AsyncGenerator<Member> {
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
export async function* cpioMembers(members: AsyncIterable<CpioMember>): AsyncGenerator<Member> {
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

export async function* oneMember(bytes: Bytes): AsyncGenerator<Member> {
  yield { path: "", type: "file", mode: undefined, target: "", unsafe: undefined, ...(await digest(bytes)) };
}
