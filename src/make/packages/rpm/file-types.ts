/** What kind of bytes the files of an rpm package hold, as its header says it: words of `file`, or media types. */
import type { HeaderValues } from "../../../format/rpm/tags.ts";
import type { Content } from "../../../format/segment.ts";
import type { PackageEntry } from "../format.ts";
import { classify, type FileType } from "./classify.ts";
import { isGhost } from "./files.ts";

/** By path. */
export type FileTypes = ReadonlyMap<string, FileType>;

/** `heads` has the beginning of each content that holds anything. A ghost is of no type. */
export function typesOf(entries: readonly PackageEntry[], heads: ReadonlyMap<Content, Uint8Array>): FileTypes {
  return new Map(entries.filter((entry) => !isGhost(entry)).map((entry) => [entry.path, typeOf(entry, heads)]));
}

function typeOf(entry: PackageEntry, heads: ReadonlyMap<Content, Uint8Array>): FileType {
  if (entry.type === "directory") return { text: "directory", media: "inode/directory", color: 0 };
  if (entry.type === "symlink") return { text: "", media: "inode/symlink", color: 0 };
  return classify(heads.get(entry.content) ?? new Uint8Array());
}

/** FILECLASS and its dictionary, which version 4 of the format has. */
export function classTags(entries: readonly PackageEntry[], types: FileTypes): HeaderValues {
  const { numbers, words } = dictionary(entries.map(({ path }) => types.get(path)?.text ?? ""));
  return { ...colorTags(entries, types), fileClass: numbers, classDict: words };
}

/** FILEMIMEINDEX and its dictionary, which version 6 has (rpm, docs/manual/format_v6.md). */
export function mediaTags(entries: readonly PackageEntry[], types: FileTypes): HeaderValues {
  const { numbers, words } = dictionary(entries.map(({ path }) => types.get(path)?.media ?? ""));
  return { ...colorTags(entries, types), fileMimeIndex: numbers, mimeDict: words };
}

function colorTags(entries: readonly PackageEntry[], types: FileTypes): HeaderValues {
  return { fileColors: entries.map(({ path }) => types.get(path)?.color ?? 0) };
}

/** Each word once, and for each of `texts` the number of its word. */
function dictionary(texts: readonly string[]): { readonly numbers: number[]; readonly words: string[] } {
  const words = [...new Set(texts)];
  const numbers = new Map(words.map((word, index) => [word, index]));
  return { numbers: texts.map((text) => numbers.get(text) ?? 0), words };
}
