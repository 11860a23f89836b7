/** Prepares a chart: reads its folder, sets what the release says, and refuses what Helm would refuse. */
import type { ChartStepOptions, PlannedValue } from "../../model/chart.ts";
import { type Place, Problem, problemsOf, throwIfAny } from "../../model/problem.ts";
import { imageScope } from "../image-scope.ts";
import type { MakeContext } from "../maker.ts";
import { setChart } from "./chart-file.ts";
import { readMetadata } from "./chart-rules.ts";
import { checkDependencies } from "./dependencies.ts";
import type { Finding } from "./finding.ts";
import { type ChartFile, textOf } from "./folder.ts";
import { lintFiles } from "./lint.ts";
import type { ChartMetadata } from "./metadata.ts";
import { type FilledOverride, setValues } from "./overrides.ts";
import type { FilledValue } from "./typed.ts";
import { checkValues } from "./values-schema.ts";
import { readYaml } from "./yaml-file.ts";

export interface PreparedChart {
  readonly files: readonly ChartFile[];
  readonly metadata: ChartMetadata;
}

/** The files with Chart.yaml and values.yaml as they are released. Throws every Problem there is with the chart. */
export async function prepareChart(
  files: readonly ChartFile[],
  options: ChartStepOptions,
  overrides: readonly FilledOverride[],
  place: Place | undefined,
  context: Pick<MakeContext, "contentOfBytes" | "log">,
): Promise<PreparedChart> {
  const own = files.find(({ path }) => path === "Chart.yaml");
  if (own === undefined) throw new Error("a chart has a Chart.yaml");
  const chartText = setChart(await textOf(own), own.shown, options);
  const chart = readYaml(chartText, own.shown);
  const { metadata, findings } = readMetadata(chart);
  const dependencies =
    metadata === undefined
      ? { dependencies: [], names: [], findings: [] }
      : await checkDependencies(files, metadata, chart);
  const linted = [...findings, ...dependencies.findings, ...(await lintFiles(files))];
  const errors = report(linted, context);
  const values = files.find(({ path }) => path === "values.yaml");
  const attempted = await settled(async () =>
    values === undefined ? noValues(overrides, options) : valuesText(values, overrides, dependencies.names),
  );
  const schema = files.find(({ path }) => path === "values.schema.json");
  const unfit =
    values === undefined || errors.length + attempted.problems.length > 0
      ? []
      : await checkValues({ text: attempted.text, file: values.shown }, schema, overrides, context);
  throwIfAny([
    ...errors,
    ...unfit,
    ...(metadata === undefined ? [] : misnamed(metadata, options, place)),
    ...attempted.problems,
  ]);
  if (metadata === undefined) throw new Error("a chart without metadata has problems");
  const replaced = new Map([[own, chartText], ...(values === undefined ? [] : [[values, attempted.text] as const])]);
  return {
    metadata: { ...metadata, dependencies: [...dependencies.dependencies] },
    files: files.map((file) => {
      const text = replaced.get(file);
      return text === undefined ? file : { ...file, content: context.contentOfBytes(Buffer.from(text)) };
    }),
  };
}

/** Errors come back, the rest is only told. */
function report(findings: readonly Finding[], { log }: Pick<MakeContext, "log">): readonly Problem[] {
  for (const { severity, problem } of findings) {
    const { place } = problem;
    const where = place === undefined ? "" : ` (${place.file}:${place.line})`;
    if (severity !== "error") log(`${severity}: ${problem.message}${where}`);
  }
  return findings.flatMap(({ severity, problem }) => (severity === "error" ? [problem] : []));
}

function misnamed(
  { name = "" }: ChartMetadata,
  { name: planned, folder }: ChartStepOptions,
  place: Place | undefined,
): readonly Problem[] {
  if (name === planned) return [];
  return [
    new Problem("plan.invalid", `${folder}/Chart.yaml calls the chart "${name}", and it was planned as "${planned}"`, {
      place,
      hint: name === "" ? `Write \`name: ${planned}\` into Chart.yaml.` : `Write \`name: ${name}\` into the entry.`,
    }),
  ];
}

async function valuesText(
  values: ChartFile,
  overrides: readonly FilledOverride[],
  subcharts: readonly string[],
): Promise<string> {
  return setValues(await textOf(values), values.shown, overrides, subcharts);
}

function noValues(overrides: readonly FilledOverride[], { folder }: ChartStepOptions): string {
  throwIfAny(
    overrides.map(({ place }) => new Problem("plan.invalid", `${folder} has no values.yaml to set this in`, { place })),
  );
  return "";
}

async function settled(work: () => Promise<string> | string): Promise<{
  readonly text: string;
  readonly problems: readonly Problem[];
}> {
  try {
    return { text: await work(), problems: [] };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return { text: "", problems };
  }
}

/** The values of a Step with digests of images, and what the environment says, filled in. */
export function fillOverrides(
  { values }: ChartStepOptions,
  context: Pick<MakeContext, "inputs" | "render">,
): readonly FilledOverride[] {
  const images = imageScope(context.inputs);
  const fill = (value: PlannedValue): FilledValue => {
    if ("text" in value) {
      const { text } = value;
      return { text: typeof text === "string" ? text : context.render(text.late, { ...text.with, images }) };
    }
    if ("items" in value) return { items: value.items.map(fill) };
    if ("pairs" in value) return { pairs: value.pairs.map((pair) => ({ key: pair.key, value: fill(pair.value) })) };
    return value;
  };
  return values.map(({ path, value, place }) => ({
    path,
    place,
    value: fill(value),
  }));
}
