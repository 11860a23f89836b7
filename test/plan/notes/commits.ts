/** Commits made up for tests: one message each, ids by number. */
import type { Commit } from "../../../src/model/commit.ts";

/** Newest first, as git lists them; the first has the id `0000...`, the next `1000...`. */
export function commitsOf(...messages: readonly string[]): readonly Commit[] {
  return messages.map((message, index) => {
    const [subject = "", ...rest] = message.split("\n");
    return {
      id: index.toString(36).padEnd(40, "0"),
      author: "Ada",
      email: "ada@example.org",
      subject,
      body: rest.join("\n").trim(),
    };
  });
}
