/** Tables of the documentation, for tests that hold them to what is so. */

/** Rows of the first table below a heading, without its head, cells joined by ` | `. */
export function rowsBelow(page: string, heading: string): readonly string[] {
  const [, section = ""] = page.split(`${heading}\n`);
  const lines = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim())
      .join(" | "),
  );
}
