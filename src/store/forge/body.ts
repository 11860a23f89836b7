/** The text of a forge's release: header, notes and footer, no longer than the forge takes, with Slipway's mark at the end. */
import type { Digest } from "../../model/artifact.ts";
import { marked } from "./marker.ts";

export interface BodyRequest {
  readonly notes: string;
  readonly header?: string | undefined;
  readonly footer?: string | undefined;
  /** Of release.json. */
  readonly release: Digest;
  /** Characters the forge takes. */
  readonly most: number;
  /** Where the whole notes are found where these are cut; undefined: nowhere. */
  readonly notesAt?: string | undefined;
}

/** Room for the mark and the blank lines around it. */
const forMark = 160;

/** Markdown. Notes that are too long end at a line, with a link to all of them. */
export function bodyOf({ notes, header = "", footer = "", release, most, notesAt }: BodyRequest): string {
  // Marks of another release, in notes that were copied from it, would make this one look like that.
  const around = (middle: string): string => [header, middle, footer].filter((part) => part.trim() !== "").join("\n\n");
  const text = around(notes.trim());
  if (text.length + forMark <= most) return marked(text, release);
  const more = notesAt === undefined ? "These notes were cut." : `These notes were cut: [all of them](${notesAt}).`;
  const room = Math.max(0, most - forMark - around("").length - more.length - 8);
  return marked(around(`${cutAtLine(notes.trim(), room)}\n\n${more}`), release);
}

function cutAtLine(text: string, most: number): string {
  const cut = text.slice(0, most);
  const end = cut.lastIndexOf("\n");
  return (end > 0 ? cut.slice(0, end) : cut).trimEnd();
}
