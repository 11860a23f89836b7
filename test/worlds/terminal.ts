/** A terminal for tests: util-linux's `script` gives the program one, and a small screen shows what a person would see. */
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { program, start, type Started, type Where } from "./slipway.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Whether this machine has `script` of util-linux; other systems' takes other options. */
export function hasTerminal(): boolean {
  return spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;
}

export interface OnTerminal extends Started {
  /** All that was printed so far, by both streams, as the terminal got it. */
  printedText(): string;
}

/** Starts `slipway ARGS` on a terminal of its own. */
export function startOnTerminal(args: readonly string[], size: Size, where: Where, folder: string): OnTerminal {
  const log = join(folder, "terminal.log");
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const command = `stty cols ${size.columns} rows ${size.rows}; exec ${words}`;
  const env = { TERM: "xterm-256color", ...where.env };
  const started = start("script", ["--quiet", "--flush", "--return", "--log-out", log, "-c", command], {
    ...where,
    env,
  });
  return {
    ...started,
    // The first and last line are script's own.
    printedText: () =>
      readFileSync(log, "utf8")
        .replace(/^Script started.*\n/, "")
        .replace(/\nScript done.*\n$/, ""),
  };
}

/** What stands on a terminal, scrolled-away lines included, after `text`; knows what our progress uses. */
export function screenOf(
  text: string,
  { columns, rows }: Size,
): { readonly lines: readonly string[]; readonly cursor: boolean } {
  const lines: string[][] = [[]];
  let [row, column, cursor] = [0, 0, true];
  const top = (): number => Math.max(0, lines.length - rows);
  const put = (letter: string): void => {
    if (column === columns) {
      row += 1;
      column = 0;
    }
    const line = (lines[row] ??= []);
    while (line.length < column) line.push(" ");
    line[column] = letter;
    column += 1;
  };
  // oxlint-disable-next-line no-control-regex -- what moves a cursor begins with one
  for (const [token, number = "", final] of text.matchAll(/\u001b\[\??([\d;]*)([A-Za-z])|[^]/gu)) {
    const count = Math.max(1, Number(number.split(";")[0]));
    if (final === "A") row = Math.max(top(), row - count);
    else if (final === "B") row = Math.min(lines.length - 1, row + count);
    else if (final === "G") column = count - 1;
    else if (final === "K") lines[row] = number === "2" ? [] : (lines[row] ?? []).slice(0, column);
    else if (final === "J") lines.splice(row + 1);
    else if (final === "h" && number === "25") cursor = true;
    else if (final === "l" && number === "25") cursor = false;
    else if (final !== undefined) continue; // colours and the like
    else if (token === "\r") column = 0;
    else if (token === "\n") lines[(row += 1)] ??= [];
    else put(token);
  }
  return { lines: lines.map((line) => line.join("").trimEnd()), cursor };
}
