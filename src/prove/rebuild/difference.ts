/** Finds the first thing in which two files differ, and says it in one line: a member of an archive, or a byte. */
import { readAr } from "../../format/ar.ts";
import { byteReader } from "../../format/deflate/byte-reader.ts";
import { digestOfFile, readChunks } from "../../format/file.ts";
import { memberFormats, readMembers } from "../../format/members.ts";
import type { Member } from "../../format/members/member.ts";
import type { ReleaseArtifact } from "../../format/release.ts";
import { problemsOf } from "../../model/problem.ts";
import { readTar } from "../../format/tar/read.ts";
import { digestOfBytes, formatOf } from "./strippers/kind.ts";

/** `released` and `rebuilt` are paths of files that differ. */
export async function firstDifference(artifact: ReleaseArtifact, released: string, rebuilt: string): Promise<string> {
  try {
    const inside = partsOf(artifact);
    const found = inside === undefined ? undefined : await firstIn(inside(released), inside(rebuilt));
    return found ?? (await firstByte(released, rebuilt));
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    return `${await firstByte(released, rebuilt)} (${problem.message})`;
  }
}

/** A named part and all that is compared of it. */
interface Part {
  readonly name: string;
  readonly facts: Readonly<Record<string, string>>;
}

type Parts = (path: string) => AsyncIterable<Part>;

/** How to take an artifact apart; undefined for what has no parts. */
function partsOf(artifact: ReleaseArtifact): Parts | undefined {
  const format = formatOf(artifact);
  if (artifact.type === "image") return imageParts;
  if (format === "binary" || !memberFormats.includes(format)) return undefined;
  return async function* (path) {
    for await (const member of readMembers(format, path)) yield partOf(member);
    if (format === "deb" || format === "termux.deb") yield* arParts(path);
  };
}

function partOf({ path, type, mode, size, sha256, target }: Member): Part {
  const facts = { type, mode: mode === undefined ? "" : mode.toString(8).padStart(4, "0"), size: String(size) };
  return { name: path, facts: { ...facts, sha256, target } };
}

/** What is not in `data.tar`: control files and signatures. */
async function* arParts(path: string): AsyncGenerator<Part> {
  for await (const { name, open } of readAr(readChunks(path)))
    yield { name, facts: { sha256: await digestOfBytes(open()) } };
}

async function* imageParts(path: string): AsyncGenerator<Part> {
  for await (const member of readTar(readChunks(path)))
    if (member.type === "file") yield { name: member.path, facts: { sha256: await digestOfBytes(member.open()) } };
}

/** Reads both at once, and no further than to the first difference. */
async function firstIn(released: AsyncIterable<Part>, rebuilt: AsyncIterable<Part>): Promise<string | undefined> {
  const [left, right] = [released[Symbol.asyncIterator](), rebuilt[Symbol.asyncIterator]()];
  try {
    for (;;) {
      const [a, b] = await Promise.all([left.next(), right.next()]);
      if (a.done === true && b.done === true) return undefined;
      if (a.done === true) return `${quoted(b.value)} is only in the rebuilt one`;
      if (b.done === true) return `${quoted(a.value)} is only in the released one`;
      if (a.value.name !== b.value.name)
        return `${quoted(a.value)} stands where the rebuilt one has ${quoted(b.value)}`;
      const [field] = Object.keys(a.value.facts).filter((name) => a.value.facts[name] !== b.value.facts[name]);
      // A digest says more than a size does.
      const shown = field === "size" ? "sha256" : field;
      if (shown !== undefined)
        return `${quoted(a.value)}: ${shown} ${a.value.facts[shown] ?? ""} released, ${b.value.facts[shown] ?? ""} rebuilt`;
    }
  } finally {
    await Promise.all([left.return?.(undefined), right.return?.(undefined)]);
  }
}

function quoted({ name }: Part): string {
  return name === "" ? "its one member" : JSON.stringify(name);
}

/** Where the bytes begin to differ, counted from 0. */
async function firstByte(released: string, rebuilt: string): Promise<string> {
  const [{ size: a }, { size: b }] = await Promise.all([digestOfFile(released), digestOfFile(rebuilt)]);
  const sizes = a === b ? "" : `; ${a} bytes released, ${b} rebuilt`;
  const other = byteReader(readChunks(rebuilt));
  let at = 0;
  try {
    for await (const chunk of readChunks(released)) {
      const twin = await other.take(chunk.length);
      const apart = chunk.findIndex((byte, index) => byte !== twin[index]);
      if (apart >= 0) return `byte ${at + apart}${sizes}`;
      at += chunk.length;
    }
  } finally {
    await other.close();
  }
  return `byte ${at}${sizes}`;
}
