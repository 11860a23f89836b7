/** The charts a chart depends on: each lies in charts/, in a version that fits. */
import semver from "semver";

import { z } from "../../model/schema.ts";
import { type Finding, finding } from "./finding.ts";
import { type ChartFile, textOf } from "./folder.ts";
import { type ChartDependency, type ChartMetadata, dependencySchema } from "./metadata.ts";
import { type Subchart, subchartsIn } from "./subcharts.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

/** What Chart.yaml, or an old chart's requirements.yaml instead, asks for, and where. */
interface Asked {
  readonly dependencies: readonly ChartDependency[];
  readonly yaml: YamlFile;
}

export interface Dependencies {
  /** Wherever they were listed. */
  readonly dependencies: readonly ChartDependency[];
  /** Names and aliases: their values may be set. */
  readonly names: readonly string[];
  readonly findings: readonly Finding[];
}

const listed = z.object({ dependencies: z.array(dependencySchema).nullish() });

/** Holds what a chart asks for against what lies in charts/ and what its lock file says. */
export async function checkDependencies(
  files: readonly ChartFile[],
  metadata: ChartMetadata,
  chartFile: YamlFile,
): Promise<Dependencies> {
  const asked = await askedFor(files, metadata, chartFile);
  const { subcharts, findings } = await subchartsIn(files);
  const locked = await lockedIn(files);
  const names = asked.dependencies.flatMap(({ name, alias }) => (alias === undefined ? [name] : [alias, name]));
  return {
    dependencies: asked.dependencies,
    names: [...names, ...subcharts.map(({ name }) => name)],
    findings: [
      ...findings,
      ...asked.dependencies.flatMap((dependency, index) => [
        ...sayTwice(asked, dependency, index),
        ...missingOrUnfit(asked, dependency, index, subcharts),
        ...unlocked(asked, dependency, index, subcharts, locked),
      ]),
      ...subcharts
        .filter(({ name }) => !asked.dependencies.some((dependency) => dependency.name === name))
        .map(({ name, shown }) =>
          finding("error", `${shown} is the chart ${name}, which ${asked.yaml.file} does not list`, {
            place: { file: shown, line: 1, column: 1 },
            hint: "List it under `dependencies`, or leave it out in .helmignore.",
          }),
        ),
    ],
  };
}

async function askedFor(
  files: readonly ChartFile[],
  { dependencies = [] }: ChartMetadata,
  yaml: YamlFile,
): Promise<Asked> {
  const old = files.find(({ path }) => path === "requirements.yaml");
  if (old === undefined) return { dependencies, yaml };
  const requirements = readYaml(await textOf(old), old.shown);
  const read = listed.safeParse(requirements.value);
  return { dependencies: read.data?.dependencies ?? [], yaml: requirements };
}

function placeOf({ yaml: { document, placeAt } }: Asked, index: number) {
  const node = document.getIn(["dependencies", index], true);
  const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
  return placeAt((range as readonly number[] | undefined)?.[0]);
}

function sayTwice(asked: Asked, { name, alias = name }: ChartDependency, index: number): readonly Finding[] {
  const place = placeOf(asked, index);
  const isTaken = asked.dependencies
    .slice(0, index)
    .some((other) => (other.alias === undefined || other.alias === "" ? other.name : other.alias) === alias);
  return [
    ...(isTaken ? [finding("error", `${asked.yaml.file}: two dependencies are called ${alias}`, { place })] : []),
    ...(/^[a-zA-Z0-9_-]*$/.test(alias) || alias === name
      ? []
      : [finding("error", `${asked.yaml.file}: "${alias}" cannot be an alias`, { place })]),
  ];
}

function missingOrUnfit(
  asked: Asked,
  { name, version = "" }: ChartDependency,
  index: number,
  subcharts: readonly Subchart[],
): readonly Finding[] {
  const place = placeOf(asked, index);
  const there = subcharts.filter((subchart) => subchart.name === name);
  if (there.length === 0)
    return [
      finding("error", `${asked.yaml.file} lists ${name}, and charts/ does not hold it`, {
        place,
        hint: "helm dependency build fetches it.",
      }),
    ];
  const range = rangeOf(version);
  if (range === undefined || there.some((subchart) => fits(subchart.version, range))) return [];
  return [
    finding(
      "error",
      `${asked.yaml.file} asks for ${name} ${version}, and ${there[0]?.shown ?? ""} is ${there[0]?.version ?? ""}`,
      {
        place,
        hint: "helm dependency update fetches one that fits. Helm would package this one without a word.",
      },
    ),
  ];
}

/** Helm's ranges are npm's with commas between conditions; undefined for what only Helm can read. */
function rangeOf(text: string): string | undefined {
  const range = semver.validRange(text.replaceAll(",", " "), { loose: true });
  return text === "" || range === null ? undefined : range;
}

/** Helm lets a pre-release in where the range names one; npm only beside the same numbers. */
function fits(version: string, range: string): boolean {
  return semver.satisfies(version, range, { loose: true, includePrerelease: true });
}

/** The lock file is what was last fetched: what lies there now is that. */
function unlocked(
  asked: Asked,
  { name }: ChartDependency,
  index: number,
  subcharts: readonly Subchart[],
  locked: ReadonlyMap<string, string>,
): readonly Finding[] {
  const version = locked.get(name);
  const there = subcharts.filter((subchart) => subchart.name === name);
  if (version === undefined || there.length === 0 || there.some((subchart) => subchart.version === version)) return [];
  return [
    finding(
      "error",
      `the lock file has ${name} ${version}, and ${there[0]?.shown ?? ""} is ${there[0]?.version ?? ""}`,
      {
        place: placeOf(asked, index),
        hint: "helm dependency build fetches what is locked, helm dependency update locks anew.",
      },
    ),
  ];
}

async function lockedIn(files: readonly ChartFile[]): Promise<ReadonlyMap<string, string>> {
  const lock = files.find(({ path }) => path === "Chart.lock" || path === "requirements.lock");
  if (lock === undefined) return new Map();
  const read = listed.safeParse(readYaml(await textOf(lock), lock.shown).value);
  return new Map((read.data?.dependencies ?? []).map(({ name, version = "" }) => [name, version]));
}
