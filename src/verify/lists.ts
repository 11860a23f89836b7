/** Compares a list that stands beside the Release with what the Release makes of itself. */
import { projectionText } from "../format/projections.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { Problem } from "../model/problem.ts";

/** Whether an artifact is a list that follows from the Release, whatever its digest says. */
export function isList({ type }: ReleaseArtifact): boolean {
  return type === "checksums" || type === "index" || type === "signatures";
}

/** Passes when the list is what the Release makes of itself, byte for byte; fails at the first line that differs. */
export async function compareList(
  release: Release,
  artifact: ReleaseArtifact,
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): Promise<string> {
  const expected = projectionText(release, artifact);
  if (expected === undefined) {
    throw new Problem("verify.mismatch", "the Release does not say enough about this list to compute it");
  }
  // A list of another length is read only to say where it differs, so not when that could be anything.
  if (size > expected.length + 1024 * 1024)
    throw new Problem("verify.mismatch", `${size} bytes, the Release makes ${expected.length}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(new Uint8Array(chunk));
  const actual = Buffer.concat(chunks).toString("utf8");
  if (actual !== expected) throw new Problem("verify.mismatch", firstDifference(actual, expected));
  return "says what the Release says";
}

function firstDifference(actual: string, expected: string): string {
  const [found, wanted] = [actual.split("\n"), expected.split("\n")];
  const line = found.findIndex((text, index) => text !== wanted[index]);
  const at = line < 0 ? found.length : line;
  return `line ${at + 1} is ${quote(found[at])}, the Release makes ${quote(wanted[at])}`;
}

function quote(line: string | undefined): string {
  return line === undefined ? "missing" : JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}...` : line);
}
