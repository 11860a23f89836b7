/** Prints problems as people and machines expect them: place first, the line itself, what was expected, what to do. */
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { styleText } from "node:util";

import type { JsonObject } from "../../model/json.ts";
import { formatPlace, type Place, Problem } from "../../model/problem.ts";
import type { Options } from "../options.ts";
import { errorCommand, inert, isWorkflow } from "./workflow.ts";

/** To stderr, each with its place in the file; as JSON on stdout with --json; as annotations on GitHub Actions. */
export function printProblems(problems: readonly Problem[], options: Pick<Options, "json" | "verbose">): void {
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ problems: problems.map(problemJson) }, null, 2)}\n`);
    return;
  }
  const causes = options.verbose === true ? problems.flatMap(causeLines) : [];
  const texts = [...problems.flatMap((problem) => problemText(problem).split("\n")), ...causes];
  for (const line of texts) process.stderr.write(`${isWorkflow() ? inert(line) : line}\n`);
  if (isWorkflow()) for (const problem of problems) process.stdout.write(`${annotation(problem)}\n`);
  if (problems.length > 1) process.stderr.write(`${problems.length} problems\n`);
}

/** Where an error came from that was no Problem itself, for those who look for a defect. */
function causeLines({ cause }: Problem): readonly string[] {
  return cause instanceof Error && !(cause instanceof Problem) ? (cause.stack ?? cause.message).split("\n") : [];
}

/** One problem as data. */
export function problemJson(problem: Problem): JsonObject {
  const { code, message, place, expected, hint, lines } = problem;
  return {
    code,
    message,
    ...(place === undefined ? {} : { file: place.file, line: place.line, column: place.column }),
    ...(expected === undefined ? {} : { expected }),
    ...(hint === undefined ? {} : { hint }),
    ...(lines.length === 0 ? {} : { lines }),
  };
}

/** One problem as text, several lines, without a final newline. */
function problemText(problem: Problem): string {
  const { place } = problem;
  const where = place === undefined ? "" : `${formatPlace(shown(place))}: `;
  const first = `${paint("bold", where)}${paint("red", "error")} ${paint("bold", printable(problem.message))} ${paint("dim", `[${problem.code}]`)}`;
  return [
    first,
    ...(place === undefined ? [] : excerpt(place)),
    ...(problem.expected === undefined ? [] : [`  expected: ${printable(problem.expected)}`]),
    ...(problem.hint === undefined ? [] : [`  ${paint("cyan", "hint")}: ${printable(problem.hint)}`]),
    ...problem.lines.map((line) => `  ${paint("dim", "|")} ${printable(line)}`),
  ].join("\n");
}

/** The line in question with a mark beneath the column; nothing when the file cannot be shown. */
function excerpt(place: Place): readonly string[] {
  let line: string | undefined;
  try {
    line = readFileSync(place.file, "utf8").split(/\r?\n/)[place.line - 1];
  } catch {
    return [];
  }
  if (line === undefined || line.trim() === "") return [];
  const width = 100;
  const start = Math.max(0, place.column - 1 - width / 2);
  const part = printable(line.slice(start, start + width).replaceAll("\t", " "));
  const number = String(place.line);
  return [
    `  ${paint("dim", `${number} |`)} ${part}`,
    `  ${" ".repeat(number.length)} ${paint("dim", "|")} ${" ".repeat(place.column - 1 - start)}${paint("red", "^")}`,
  ];
}

/** A place's file as seen from where the command runs. */
function shown(place: Place): Place {
  const near = relative(process.cwd(), resolve(place.file));
  return { ...place, file: near.startsWith("..") ? place.file : near };
}

/** Control characters, and those that turn the direction of text, would reach the terminal; a config may hold any. */
function printable(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/** The problem as an annotation of GitHub Actions. */
function annotation({ code, message, hint, place }: Problem): string {
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
  return errorCommand(`slipway ${code}`, text, place && shown(place));
}

type Style = "bold" | "dim" | "red" | "cyan";

function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stderr });
}
