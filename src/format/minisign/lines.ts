/** Lines of minisign's files: comments, and base64 of a fixed length. */
import { Problem } from "../../model/problem.ts";
import { decodeBase64 } from "../base64.ts";

export const untrusted = "untrusted comment: ";
export const trusted = "trusted comment: ";

/** Bytes of a comment with what stands before it, as minisign reads them (COMMENTMAXBYTES, TRUSTEDCOMMENTMAXBYTES). */
const [mostUntrusted, mostTrusted] = [1024, 8192];

export function invalid(what: string): Problem {
  return new Problem("format.invalid", what);
}

/** Text of at most `most` bytes in lines that end with LF, the last one perhaps without. Fails with `format.invalid`. */
export function linesOf(text: string, count: number, what: string): readonly string[] {
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  if (lines.length !== count) throw invalid(`${what} has ${lines.length} lines and not ${count}`);
  return lines;
}

/** What stands after `prefix`, which the line must have. Fails with `format.invalid`. */
export function commentIn(line: string | undefined, prefix: typeof untrusted | typeof trusted): string {
  if (line?.startsWith(prefix) !== true) throw invalid(`a line does not begin with "${prefix}"`);
  const comment = line.slice(prefix.length);
  refuseComment(comment, prefix);
  return comment;
}

/** Fails with `format.invalid` for a comment that terminals would act on, or that is longer than minisign reads. */
export function refuseComment(comment: string, prefix: typeof untrusted | typeof trusted): void {
  if (/[^\P{Cc}\t]|\p{Bidi_Control}|[\u2028\u2029]/u.test(comment))
    throw invalid(`the ${prefix.slice(0, -2)} has characters that cannot be printed`);
  const most = prefix === trusted ? mostTrusted : mostUntrusted;
  // One for the end of the line, one for C's NUL.
  if (Buffer.byteLength(prefix + comment) + 2 > most) throw invalid(`the ${prefix.slice(0, -2)} is too long`);
}

/** The bytes of a line of base64. Fails with `format.invalid`. */
export function bytesIn(line: string | undefined, length: number, what: string): Uint8Array {
  const bytes = line === undefined ? undefined : decodeBase64(line);
  if (bytes?.length !== length) throw invalid(`${what} is not the base64 of ${length} bytes`);
  return bytes;
}
