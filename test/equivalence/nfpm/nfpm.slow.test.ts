/** For the same description, Slipway's packages say what nfpm's say, but for differences that have a reason. */
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { needs } from "../../judges.ts";
import { ROOT } from "../../setup/imports.ts";
import { accepted, acceptedAs } from "./accepted.ts";
import type { Accepted } from "./accepted/entry.ts";
import { formats } from "./config.ts";
import { differences } from "./differences.ts";
import { rowsBelow } from "./doc-table.ts";
import { factsOf } from "./facts/table.ts";
import {
  byNfpm,
  bySlipway,
  corpus,
  fixtures,
  type Input,
  type Made,
  type Project,
  projectOf,
  rewritten,
  runSlipway,
} from "./packages.ts";
import { type Refused, refused } from "./refused.ts";

const judges = ["nfpm", "dpkg", "rpm", "tar", "zstd"] as const;
const folders: string[] = [];

/** What came of an input. */
interface Outcome {
  readonly project: Project;
  readonly released: Made;
  /** Differences that nobody accepted, a line each. */
  readonly unexplained: readonly string[];
  readonly explained: ReadonlySet<Accepted | Refused>;
}

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function projectFor(input: Input): Project {
  const project = projectOf(input);
  folders.push(dirname(project.folder));
  return project;
}

/** Each fixture is packaged once, whichever test asks first. */
const outcomes = new Map<Input, Promise<Outcome>>();

function outcomeOf(nfpm: string, input: Input): Promise<Outcome> {
  const outcome = outcomes.get(input) ?? compare(nfpm, input);
  outcomes.set(input, outcome);
  return outcome;
}

const ours = fixtures();

describe.each(ours)("the fixture $name", (input) => {
  needs(...judges)("is packaged alike, and twice to the same bytes", async ({ nfpm }) => {
    const { unexplained, project, released } = await outcomeOf(nfpm, input);
    expect(unexplained).toEqual([]);
    const second = await bySlipway(project, "again");
    for (const format of formats)
      expect(readFileSync(second[format]).equals(readFileSync(released[format])), format).toBe(true);
  });
});

needs(...judges)("configs of public projects are packaged alike", async ({ nfpm }, { skip }) => {
  const configs = corpus();
  if (configs === undefined) return skip("no corpus of nfpm configs");
  const unexplained: (readonly [string, readonly string[]])[] = [];
  for (const input of configs) unexplained.push([input.name, (await compare(nfpm, input)).unexplained]);
  expect(unexplained).toEqual(configs.map(({ name }) => [name, []]));
});

needs(...judges)("no difference is accepted that no fixture shows", async ({ nfpm }) => {
  const explained = new Set<Accepted | Refused>();
  for (const input of ours) for (const entry of (await outcomeOf(nfpm, input)).explained) explained.add(entry);
  expect([...accepted, ...refused].filter((entry) => !explained.has(entry)).map(({ about }) => about)).toEqual([]);
});

it("names every accepted difference in the documentation, and no other", () => {
  const page = readFileSync(join(ROOT, "docs", "packages", "nfpm.md"), "utf8");
  const named = accepted.map((entry) => [entry.formats.join(", "), entry.about, entry.nfpm, entry.slipway].join(" | "));
  const mendedRows = refused.map(({ about, slipway }) => `${about} | ${slipway}`);
  expect(rowsBelow(page, "## What is written otherwise")).toEqual(named);
  expect(rowsBelow(page, "## What Slipway refuses")).toEqual(mendedRows);
});

async function compare(program: string, input: Input): Promise<Outcome> {
  const explained = new Set<Accepted | Refused>();
  const project = await mended(projectFor(input), explained);
  const theirs = byNfpm(program, project);
  const released = await bySlipway(project);
  const unexplained = formats.flatMap((format) =>
    differences(factsOf[format](theirs[format]), factsOf[format](released[format])).flatMap((difference) => {
      const entry = acceptedAs(format, difference, project.nfpm);
      if (entry !== undefined) explained.add(entry);
      const { field, nfpm, slipway } = difference;
      return entry === undefined ? [`${format} ${field}: ${JSON.stringify(nfpm)} is ${JSON.stringify(slipway)}`] : [];
    }),
  );
  return { project, released, unexplained, explained };
}

/** The project with a config that Slipway takes; what it refuses, it must have refused. */
async function mended(project: Project, explained: Set<Accepted | Refused>): Promise<Project> {
  const wrong = refused.filter((entry) => entry.applies(project.nfpm));
  if (wrong.length === 0) return project;
  const { code, stderr } = await runSlipway(project, "refused");
  expect(code, stderr).toBe(1);
  for (const entry of wrong) {
    expect(stderr).toMatch(entry.message);
    explained.add(entry);
  }
  return rewritten(
    project,
    wrong.reduce((config, entry) => entry.mend(config), project.nfpm),
  );
}
