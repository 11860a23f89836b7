/** Reads a container that was just written and compares every member with what went in (law 5). */
import { readWritten } from "../format/members.ts";
import type { Member } from "../format/members/member.ts";
import type { Splice } from "../format/splices.ts";
import { outsidePath } from "../format/unsafe-path.ts";
import { Problem } from "../model/problem.ts";
import type { TreeEntry } from "./tree.ts";

/** A container's format, by the name `format/members.ts` knows it by; `single`: it holds one file and has no name for it. */
export interface ReadableFormat {
  readonly kind: string;
  readonly single: boolean;
  /** A package manager unpacks it at the root of a system: links may lead anywhere, names hold what Unix lets them. */
  readonly installed?: boolean | undefined;
}

/** Fails with `verify.mismatch` at the first difference; nothing that cannot be read back is listed in a Release. */
export async function readBack(
  format: ReadableFormat,
  path: string,
  entries: readonly TreeEntry[],
  splices: readonly Splice[],
): Promise<void> {
  const expected = new Map(entries.map((entry) => [entry.path, entry]));
  for await (const member of readWritten(format.kind, path, splices)) {
    const unsafe = format.installed === true ? outsidePath(member.path) : member.unsafe;
    if (unsafe !== undefined) throw differs(path, member.path, unsafe);
    // A format that holds one file has no name for it.
    const name = format.single ? (entries[0]?.path ?? "") : member.path;
    const entry = expected.get(name);
    if (entry === undefined) throw differs(path, name, "it should not be there");
    expected.delete(name);
    const difference = compare(entry, member);
    if (difference !== undefined) throw differs(path, name, difference);
  }
  for (const [name] of expected) throw differs(path, name, "it is missing");
}

function compare(entry: TreeEntry, member: Member): string | undefined {
  if (member.type !== entry.type) return `it is a ${member.type}, not a ${entry.type}`;
  if (member.mode !== undefined && member.mode !== entry.mode)
    return `its mode is ${member.mode.toString(8)}, not ${entry.mode.toString(8)}`;
  if (entry.type === "symlink" && member.target !== entry.target)
    return `it leads to ${member.target}, not ${entry.target}`;
  if (entry.type !== "file") return undefined;
  if (member.size !== entry.content.size) return `it has ${member.size} bytes, not ${entry.content.size}`;
  return member.sha256 === entry.content.sha256 ? undefined : "its bytes are not those that went in";
}

function differs(path: string, member: string, how: string): Problem {
  return new Problem("verify.mismatch", `${path} was read back and ${member} differs: ${how}`, {
    hint: "Run it again; if it stays, check memory and disk.",
  });
}
