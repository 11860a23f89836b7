/** What a commit's message says of the change, by the Conventional Commits specification 1.0.0. */
import { CommitParser } from "conventional-commits-parser";

import type { Commit } from "../../model/commit.ts";

export interface Change {
  readonly commit: Commit;
  /** `feat`, `fix`, ...; empty where the subject does not follow the convention. */
  readonly type: string;
  readonly scope: string;
  /** The subject without type and scope; the whole subject where there are none. */
  readonly description: string;
  readonly isBreaking: boolean;
  /** What the message says under `BREAKING CHANGE:`; empty when it says nothing. */
  readonly breaking: string;
}

const parser = new CommitParser({
  headerPattern: /^(\w[\w-]*)(?:\(([^()]*)\))?(!?): +(.+)$/,
  headerCorrespondence: ["type", "scope", "mark", "subject"],
  noteKeywords: ["BREAKING CHANGE", "BREAKING-CHANGE"],
  // Uppercase (rule 15), at the start of a line (rule 8); the parser's own pattern ignores case.
  notesPattern: (keywords) => new RegExp(`^(${keywords}):[ \\t]+(.*)`),
});

export function readChange(commit: Commit): Change {
  const { subject, body } = commit;
  const none: Change = { commit, type: "", scope: "", description: subject, isBreaking: false, breaking: "" };
  // The parser takes no message of white space alone.
  if (`${subject}${body}`.trim() === "") return none;
  const parsed = parser.parse(`${subject}\n\n${body}`);
  const { type, scope, mark, subject: description } = parsed;
  const breaking = parsed.notes.map(({ text }) => text.trim()).join("\n");
  const isBreaking = breaking !== "" || mark === "!";
  if (!type || !description) return { ...none, isBreaking, breaking };
  return { commit, type: type.toLowerCase(), scope: scope ?? "", description, isBreaking, breaking };
}
