/** The marks Slipway leaves in the text of a forge's release, by which it knows its own again: HTML comments, which nobody sees. */
import type { Digest } from "../../model/artifact.ts";

const ours = /<!-- slipway: (sha256:[0-9a-f]{64}) of release\.json -->/;
const replaced = /<!-- slipway: replaced by (sha256:[0-9a-f]{64}) -->/;
const withdrawn = /<!-- slipway: withdrawn (sha256:[0-9a-f]{64}) -->/;

/** The text with the mark of this Release at its end; marks that stood in it are gone. */
export function marked(text: string, release: Digest): string {
  return appended(unmarked(text), `<!-- slipway: ${release} of release.json -->`);
}

/** Whose release it is: the digest of its release.json; undefined where Slipway did not make it. */
export function releaseIn(text: string | null | undefined): Digest | undefined {
  return digestIn(text, ours);
}

/** The text, marked as hidden in favour of another Release, so that whoever goes on after a stop takes it away. */
export function markedReplaced(text: string, by: Digest): string {
  return appended(text, `<!-- slipway: replaced by ${by} -->`);
}

export function replacedIn(text: string | null | undefined): Digest | undefined {
  return digestIn(text, replaced);
}

/** The text, marked as taken back, with what people are told above everything else. */
export function markedWithdrawn(text: string, { release, notice }: { release: Digest; notice: string }): string {
  return appended(`${notice}\n\n${text}`, `<!-- slipway: withdrawn ${release} -->`);
}

export function isWithdrawnIn(text: string | null | undefined): boolean {
  return withdrawnIn(text) !== undefined;
}

/** Which Release was taken back. */
export function withdrawnIn(text: string | null | undefined): Digest | undefined {
  return digestIn(text, withdrawn);
}

/** The text without any of the marks, also those that the pieces around another one would make. */
export function unmarked(text: string): string {
  const rest = [ours, replaced, withdrawn].reduce(
    (left, mark) => left.replaceAll(new RegExp(`\\s*${mark.source}`, "g"), ""),
    text,
  );
  return rest === text ? text : unmarked(rest);
}

function appended(text: string, mark: string): string {
  return text.trim() === "" ? mark : `${text.trimEnd()}\n\n${mark}`;
}

function digestIn(text: string | null | undefined, mark: RegExp): Digest | undefined {
  return (text === null || text === undefined ? undefined : mark.exec(text)?.[1]) as Digest | undefined;
}
