/** Checksum lists as sha256sum and its kin write and read them: `HEX  NAME\n` per file (GNU coreutils manual, md5sum). */
import { Problem } from "../model/problem.ts";
import { type DigestAlgorithm, digestAlgorithms } from "./digest.ts";

export interface Checksum {
  readonly name: string;
  /** Lower-case hex. */
  readonly digest: string;
}

/** The list, sorted by name, so that it does not depend on the order of making. */
export function writeChecksums(checksums: Iterable<Checksum>): string {
  const sorted = [...checksums].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(writeLine).join("");
}

/**
 * Reads a list of digests of one algorithm. Fails with `format.invalid` at the line that is not an entry, that gives a name a
 * second time, or that was cut off. `file` is what errors call the list.
 */
export function readChecksums(text: string, algorithm: DigestAlgorithm, file: string): readonly Checksum[] {
  const lines = text.split("\n");
  const names = new Set<string>();
  const last = lines.pop();
  const invalid = (message: string, index: number): Problem =>
    new Problem("format.invalid", `${file}: ${message}`, { place: { file, line: index + 1, column: 1 } });
  if (last !== "") throw invalid("the last line does not end", lines.length);

  return lines.map((line, index) => {
    const checksum = readLine(line, digestAlgorithms[algorithm].digits);
    if (checksum === undefined) throw invalid(`not a line of ${algorithm} checksums`, index);
    if (names.has(checksum.name)) throw invalid(`${JSON.stringify(checksum.name)} stands there twice`, index);
    names.add(checksum.name);
    return checksum;
  });
}

/** A name with a backslash or a line's end is escaped, which a backslash at the line's start tells. */
function writeLine({ name, digest }: Checksum): string {
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${escaped === name ? "" : "\\"}${digest}  ${escaped}\n`;
}

/** Two blanks, or a blank and the `*` of binary mode, which means the same on every system that matters. */
const form = /^(\\?)([0-9a-fA-F]+) [ *](.+)$/s;

function readLine(line: string, digits: number): Checksum | undefined {
  const [, escape, digest, written] = form.exec(line) ?? [];
  if (digest?.length !== digits || written === undefined || written.includes("\r")) return undefined;
  const name = escape === "" ? written : unescape(written);
  return name === undefined ? undefined : { name, digest: digest.toLowerCase() };
}

function unescape(written: string): string | undefined {
  if (!/^([^\\]|\\[\\nr])*$/s.test(written)) return undefined;
  const meanings: Readonly<Record<string, string>> = { "\\\\": "\\", "\\n": "\n", "\\r": "\r" };
  return written.replaceAll(/\\[\\nr]/g, (pair) => meanings[pair] ?? pair);
}
