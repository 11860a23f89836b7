/** A verification as a file: JSON for machines, Markdown for the page of a release or of a job. */
import type { Json } from "../../model/json.ts";
import type { Check } from "../../verify/verdict.ts";
import type { Verification } from "../verifying/verification.ts";
import type { RebuildReport } from "../../prove/rebuild/report.ts";
import { escapedMarkdown as safe } from "./escaped.ts";
import { proven } from "./verdict.ts";
import { size } from "./words.ts";

/** As `--json` prints it: the verdict, what was verified, and the comparison of files where one was asked for. */
export function verificationJson({ target, verdict, assets, rebuild }: Verification): Json {
  const { where, expected, published, missing, unexpected } = assets ?? {};
  return JSON.parse(
    JSON.stringify({
      target,
      ...verdict,
      ...(assets === undefined ? {} : { assets: { where, expected, published, missing, unexpected } }),
      ...(rebuild === undefined ? {} : { rebuild }),
    }),
  ) as Json;
}

/** The same for people. Nothing from elsewhere is Markdown in it. */
export function verificationMarkdown({ target, verdict, assets, rebuild }: Verification): string {
  const { outcome, release, checks, files, bytes } = verdict;
  const what = release === undefined ? "A release" : safe(`${release.product} ${release.version}`);
  const lines = [
    `# ${what}: ${outcome}`,
    "",
    `- verified: ${safe(target)}`,
    ...(release === undefined ? [] : [`- tag: ${safe(release.tag)}`, `- commit: ${safe(release.commit)}`]),
    `- files: ${files}, ${size(bytes)}`,
    ...(outcome === "verified" ? [`- proof: ${safe(proven(verdict))}`] : []),
    "",
    "| outcome | check | file | detail |",
    "| ------- | ----- | ---- | ------ |",
    ...checks.map(row),
    ...(rebuild === undefined ? [] : rebuildMarkdown(rebuild)),
  ];
  if (assets === undefined) return `${lines.join("\n")}\n`;
  const { where, expected, published, missing, unexpected } = assets;
  const compared = [
    "",
    "## Files expected and published",
    "",
    `- looked at: ${safe(where)}`,
    `- expected: ${expected.length}`,
    `- published: ${published.length}`,
    `- missing: ${listed(missing)}`,
    `- unexpected: ${listed(unexpected)}`,
  ];
  return `${[...lines, ...compared].join("\n")}\n`;
}

function row({ outcome, check, subject, detail }: Check): string {
  return `| ${outcome} | ${check} | ${safe(subject)} | ${safe(detail)} |`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map(safe).join(", ");
}

function rebuildMarkdown({ outcome, commit, varied, notes, artifacts }: RebuildReport): readonly string[] {
  return [
    "",
    `## Rebuilt: ${outcome}`,
    "",
    `- commit: ${safe(commit)}`,
    ...varied.map((one) => `- ${safe(one)}`),
    ...notes.map((note) => `- note: ${safe(note)}`),
    "",
    "| outcome | file | without | detail |",
    "| ------- | ---- | ------- | ------ |",
    ...artifacts.map(
      ({ name, outcome: found, strippers, detail }) =>
        `| ${found} | ${safe(name)} | ${safe(strippers.join(", "))} | ${safe(detail)} |`,
    ),
  ];
}
