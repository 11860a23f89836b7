/** Writes the reports about a Release that was published: its summary, the names of its assets, its address; the CI's step summary too. */
import { appendFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { onDisk } from "../model/disk.ts";
import { readableJson } from "../model/json.ts";
import type { Problem } from "../model/problem.ts";
import { reportNames } from "../model/report-names.ts";
import { summaryMarkdown } from "../publish/report/markdown.ts";
import { type Summary, summaryJson, summaryOf } from "../publish/report/summary.ts";
import { surveyPlaces } from "../publish/report/survey.ts";
import { replaceFile } from "../store/files.ts";
import { stores } from "../store/table.ts";
import type { Published, PublishingRequest } from "./publishing.ts";
import { storeContext } from "./publishing/context.ts";

/** GitHub's name for the file, which Gitea and Forgejo have as well. */
const stepSummary = "GITHUB_STEP_SUMMARY";

/**
 * Looks at all places and writes what the Plan asks for. What should be somewhere and is not is a Problem; without reports, and outside
 * of such a CI, nothing is looked at.
 */
export async function writeReports(published: Published, request: PublishingRequest): Promise<readonly Problem[]> {
  const folder = request.plan?.release.reports ?? "";
  const step = process.env[stepSummary] ?? "";
  if (folder === "" && step === "") return [];
  const { about, artifacts, results } = published;
  const context = storeContext(request, about);
  const places = await surveyPlaces({ publish: request.publish, artifacts, stores, context }, results);
  const summary = summaryOf(about, artifacts, places);
  if (folder !== "") await writeAll(resolve(request.root, folder), summary);
  if (step !== "") await onDisk(step, () => appendFile(step, summaryMarkdown(summary)));
  const told = new Set(published.problems);
  return places.flatMap(({ problems }) => problems).filter((problem) => !told.has(problem));
}

async function writeAll(folder: string, summary: Summary): Promise<void> {
  const { places } = summary;
  // What people download are files; a registry has tags.
  const assets = places.find(({ names, there }) => names === "files" && there.length > 0)?.there ?? [];
  const url = places.find((place) => place.url !== "")?.url ?? "";
  const texts = [
    [reportNames.summary, summaryMarkdown(summary)],
    [reportNames.data, readableJson(summaryJson(summary))],
    [reportNames.assets, lines(assets)],
    [reportNames.url, lines(url === "" ? [] : [url])],
  ] as const;
  for (const [name, text] of texts)
    await replaceFile(join(folder, name), Buffer.from(text), { mode: 0o644, sync: false });
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
