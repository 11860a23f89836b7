/** What commands say when they are done: results on stdout, everything else on stderr. */
import type { Json } from "../../model/json.ts";
import type { Options } from "../options.ts";
import { inertJson } from "./escaped.ts";

/** A result: as JSON with --json, else as the text; `--quiet` leaves texts out. */
export function sayResult(options: Options, data: Json, text: () => string): void {
  if (options.json === true) process.stdout.write(`${inertJson(JSON.stringify(data, null, 2))}\n`);
  else if (options.quiet !== true) process.stdout.write(`${text()}\n`);
}

/** A remark that is no result. */
export function remark(options: Options, text: string): void {
  if (options.json !== true && options.quiet !== true) process.stderr.write(`${text}\n`);
}

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, index) => Math.max(widest[index] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
