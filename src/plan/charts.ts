/** Decides `charts`: for each entry one Step that packages the chart of a folder. */
import { posix } from "node:path";

import type { ExpectedArtifact } from "../model/artifact.ts";
import type { ChartStepOptions } from "../model/chart.ts";
import type { ChartEntry } from "../model/config/charts.ts";
import type { ImageAttributes } from "../model/image.ts";
import { type JsonObject, plain } from "../model/json.ts";
import { staysInside } from "../model/name.ts";
import { Problem } from "../model/problem.ts";
import type { Scope, Template } from "../model/template.ts";
import { unknownValue } from "../model/value-path.ts";
import { decideChartNames, decideChartVersion } from "./chart-names.ts";
import { decideChartValues } from "./chart-values.ts";
import { attempt, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { usableKey, type UsableKey } from "./signing-key.ts";

/** `images` are the Steps whose digests values may name. */
export function decideCharts(
  deciding: Deciding,
  images: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  if (deciding.skip.has("charts")) return [];
  const steps = deciding.config.charts.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, images, before)) ?? [],
  );
  for (const [index, { name, step }] of steps.entries()) {
    if (steps.findIndex((other) => other.name === name) === index) continue;
    deciding.problems.push(
      new Problem("plan.collision", `two charts are called ${name}`, {
        place: step.place,
        hint: "A chart is known by its name: give it another in Chart.yaml, and as `name`.",
      }),
    );
  }
  return steps;
}

function decideEntry(
  deciding: Deciding,
  entry: ChartEntry,
  images: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  const { base } = deciding.vocabulary;
  if (!wanted(deciding, entry)) return [];
  const folder = folderOf(entry.folder, base);
  if (deciding.facts.absent.includes(posix.join(folder, "Chart.yaml"))) return absent(deciding, entry, folder);
  const name = nameOf(entry, folder, base);
  const scope: Scope = { ...base, name };
  const part = <T>(decide: () => T): T | undefined => attempt(deciding, entry.place, decide);
  const version = part(() => decideChartVersion(entry, deciding.facts, scope));
  const names = version === undefined ? undefined : part(() => decideChartNames(entry.push, name, version, scope));
  part(() => refuseOthers(deciding, entry, name));
  part(() => refuseTaken(entry, names ?? [], images));
  const values = part(() => decideChartValues(deciding, entry, images, scope));
  const signer = part(() => signerFor(deciding, entry));
  const file = version === undefined ? undefined : part(() => fileNameOf(entry, name, version, scope));
  if (version === undefined || names === undefined || values === undefined || file === undefined) return [];
  if (values === "skipped") return [];
  const options: ChartStepOptions = {
    folder,
    name,
    version,
    appVersion: entry.appVersion?.render(scope).trim() ?? deciding.facts.version.version,
    annotations: Object.fromEntries(Object.entries(entry.annotations).map(([key, text]) => [key, text.render(scope)])),
    values: values.values.map(plain),
    names,
    signer: signer?.name ?? "",
    fingerprint: signer?.fingerprint ?? "",
  };
  return [
    {
      section: "chart",
      name,
      step: {
        id: `chart/${name}`,
        section: "charts",
        kind: "chart",
        title: file,
        needs: [...before, ...values.needs],
        options,
        env: {},
        outputs: outputsOf(file, options),
        place: entry.place,
      },
    },
  ];
}

function absent(deciding: Deciding, { path, folder: template, optional }: ChartEntry, folder: string): readonly [] {
  if (!optional)
    throw new Problem("file.missing", `${folder} holds no Chart.yaml`, {
      place: template.place,
      expected: "the folder of a Helm chart",
      hint: "Write `optional: true` if it may be missing.",
    });
  deciding.skipped.push({ what: path, why: `${folder} holds no Chart.yaml` });
  return [];
}

function folderOf(template: Template, scope: Scope): string {
  const folder = posix.normalize(template.render(scope).trim()).replace(/\/+$/, "");
  if (folder === "." || staysInside(folder)) return folder;
  throw new Problem("plan.invalid", `"${folder}" is no folder of the project`, { place: template.place });
}

/** Helm makes a folder of it, registries a repository: letters, digits, dashes, and what else both take. */
function nameOf({ name: template, folder: from, place }: ChartEntry, folder: string, scope: Scope): string {
  const name = template?.render(scope).trim() ?? posix.basename(folder);
  if (/^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?$/.test(name) && name.length <= 250) return name;
  throw new Problem("plan.invalid", `"${name}" cannot be a chart's name`, {
    place: template?.place ?? from.place ?? place,
    expected: "letters, digits and dashes",
    hint: template === undefined ? "Say it in `name`, as Chart.yaml does." : undefined,
  });
}

function fileNameOf({ file }: ChartEntry, name: string, version: string, scope: Scope): string {
  const text = file?.render({ ...scope, chartVersion: version }).trim() ?? `${name}-${version}.tgz`;
  return text.endsWith(".tgz") ? text : `${text}.tgz`;
}

/** What the chart's own files say, where they are known: another name, or no such values. */
function refuseOthers(
  { facts, problems }: Deciding,
  { folder, name, values, place }: ChartEntry,
  planned: string,
): void {
  const known = facts.charts[folder.source];
  if (known === undefined) return;
  if (known.name !== planned)
    problems.push(
      new Problem("plan.invalid", `the chart in ${folder.source} is called "${known.name}", not "${planned}"`, {
        place: name?.place ?? folder.place ?? place,
        hint: `Write \`name: ${known.name}\` into the entry.`,
      }),
    );
  const { values: file } = known;
  for (const override of values) {
    const problem =
      file === undefined
        ? new Problem("plan.invalid", `${folder.source} has no values.yaml to set this in`, { place: override.place })
        : unknownValue(file, override.path, override.place);
    if (problem !== undefined) problems.push(problem);
  }
}

/** A tag is either an image or a chart: the later would take the earlier's place. */
function refuseTaken({ push, place }: ChartEntry, names: readonly string[], images: readonly NamedStep[]): void {
  for (const { name: image, step } of images)
    for (const { attributes } of step.outputs) {
      const taken = (attributes["names"] ?? []) as ImageAttributes["names"];
      const both = taken.find(({ name }) => names.includes(name))?.name;
      if (both !== undefined)
        throw new Problem("plan.collision", `the chart would be pushed to ${both}, which is the image ${image}`, {
          place: push[0]?.place ?? place,
          hint: "Push charts to a place of their own, such as oci://ghcr.io/acme/charts.",
        });
    }
}

/** Helm knows OpenPGP signatures only. */
function signerFor(deciding: Deciding, { sign, path }: ChartEntry): UsableKey | undefined {
  if (sign === undefined) return undefined;
  const key = usableKey(deciding, sign, `${path} signature`);
  if (key === undefined || key.method === "openpgp") return key;
  throw new Problem("plan.invalid", `charts are signed by openpgp keys, and ${sign.key} is ${key.method}`, {
    place: sign.place,
  });
}

function outputsOf(file: string, { name, version, names, signer }: ChartStepOptions): readonly ExpectedArtifact[] {
  const about = { chart: name, version };
  const output = (as: string, type: ExpectedArtifact["type"], attributes: JsonObject): readonly ExpectedArtifact[] => [
    { name: as, type, listed: true, attributes },
  ];
  return [
    ...output(file, "chart", { format: "tar.gz", ...about }),
    ...(signer === "" ? [] : output(`${file}.prov`, "signature", { of: file })),
    ...(names.length === 0
      ? []
      : output(`${file.slice(0, -".tgz".length)}_chart.tar`, "image", {
          format: "oci",
          ...about,
          names: names.map((each) => ({ name: each, digest: "", rolling: "" })),
        })),
  ];
}
