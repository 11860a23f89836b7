/** What a pipeline says at its end: a table for people, and the summary that CI shows of the job. */
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Plan } from "../../model/plan.ts";
import { table } from "../output/say.ts";
import { duration } from "../output/words.ts";
import type { StageResult } from "./stage.ts";

/** Longest notes in a summary, in characters: GitHub takes 1 MiB of a step. */
const mostNotes = 200_000;

export function stagesText(results: readonly StageResult[]): string {
  return table(
    results.map(({ stage, outcome, detail, milliseconds }) => [stage, outcome, duration(milliseconds), detail]),
  );
}

/**
 * Appends to the file that `GITHUB_STEP_SUMMARY` names, as GitHub and Gitea have it; elsewhere nothing is done. A summary that cannot be
 * written is no reason to fail.
 */
export async function writeSummary(
  results: readonly StageResult[],
  made: { readonly plan: Plan; readonly folder: string } | undefined,
): Promise<void> {
  const file = process.env["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  const notes = made === undefined ? "" : await notesOf(made.plan, made.folder);
  const title = made === undefined ? "slipway" : `${made.plan.project} ${made.plan.version}`;
  const rows = results.map(
    ({ stage, outcome, detail, milliseconds }) =>
      `| ${stage} | ${outcome} | ${duration(milliseconds)} | ${cell(detail)} |`,
  );
  const text = [
    `## ${cell(title)}`,
    "",
    "| stage | outcome | time | |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    notes,
  ];
  await appendFile(file, `${text.join("\n").trimEnd()}\n`).catch(() => {});
}

/** The release notes that were made; empty where there are none. */
export async function notesOf({ steps }: Plan, folder: string): Promise<string> {
  const name = steps.flatMap(({ outputs }) => outputs).find(({ type }) => type === "notes")?.name;
  if (name === undefined) return "";
  const text = await readFile(join(folder, name), "utf8").catch(() => "");
  return text.slice(0, mostNotes);
}

function cell(text: string): string {
  return text.replace(/[|<\\]/g, (char) => (char === "<" ? "&lt;" : `\\${char}`)).replace(/\s+/g, " ");
}
