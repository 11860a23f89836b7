/** Text of the cleartext signature framework (RFC 9580, 7). */

export interface Cleartext {
  /** What is hashed: CR LF between lines, nothing at their ends (7.2). */
  readonly signed: string;
  /** What is written, dashes at the beginning of a line escaped (7.2); without the line break that ends it. */
  readonly written: string;
}

/** The line break at the very end belongs to the framework, as gpg does it. Blanks at the ends of lines are left away in both. */
export function cleartext(text: string): Cleartext {
  const lines = text.replace(/\r?\n$/, "").split("\n");
  const kept = lines.map((line) => line.replace(/[ \t\r]+$/, ""));
  return {
    signed: kept.join("\r\n"),
    written: kept.map((line) => (line.startsWith("-") ? `- ${line}` : line)).join("\n"),
  };
}
