/** Reads what charts say of themselves, so that a misspelt value is found before anything is built. */
import { readdir, readFile } from "node:fs/promises";
import { posix, resolve } from "node:path";
import { parseDocument } from "yaml";

import type { ChartFacts } from "../../model/chart.ts";
import type { Config } from "../../model/config.ts";
import { errnoOf } from "../../model/disk.ts";
import type { Json } from "../../model/json.ts";
import { isMap } from "../../model/schema.ts";
import { runsFirst } from "./absent.ts";

/** By folder. What cannot be read is left out, and so is everything where hooks run first: they may write it. */
export async function readCharts(config: Config): Promise<Readonly<Record<string, ChartFacts>>> {
  if (runsFirst(config)) return {};
  const folders = config.charts.flatMap(({ folder }) => (folder.constant ? [folder.source] : []));
  const read = await Promise.all(
    folders.map(async (folder) => [folder, await readChart(config.root, folder)] as const),
  );
  return Object.fromEntries(read.flatMap(([folder, facts]) => (facts === undefined ? [] : [[folder, facts]])));
}

async function readChart(root: string, folder: string): Promise<ChartFacts | undefined> {
  const at = (name: string): string => resolve(root, folder, name);
  const chart = await readYaml(at("Chart.yaml"));
  const requirements = await readYaml(at("requirements.yaml"));
  const values = await readYaml(at("values.yaml"));
  if (!isMap(chart) || typeof chart["name"] !== "string" || values === broken) return undefined;
  const vendored = await readdir(at("charts")).catch(() => []);
  const open = ["global", ...dependenciesOf(chart), ...dependenciesOf(requirements), ...vendored];
  const file = posix.join(folder, "values.yaml");
  return { name: chart["name"], values: values === undefined ? undefined : { file, values: values as Json, open } };
}

/** Names and aliases. */
function dependenciesOf(chart: unknown): readonly string[] {
  const dependencies = isMap(chart) ? chart["dependencies"] : undefined;
  if (!Array.isArray(dependencies)) return [];
  return dependencies.flatMap((one: unknown) =>
    isMap(one) ? [one["name"], one["alias"]].filter((name) => typeof name === "string") : [],
  );
}

/** Stands for what is there and cannot be read. */
const broken = Symbol("broken");

/** As plain data, an empty file as null; undefined where it is not there. */
async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((thrown: unknown) =>
    errnoOf(thrown) === "ENOENT" ? undefined : broken,
  );
  if (text === undefined || text === broken) return text;
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    version: "1.2",
    merge: true,
    stringKeys: true,
    logLevel: "error",
  });
  try {
    return document.errors.length > 0 ? broken : (document.toJS({ maxAliasCount: 1000 }) as unknown);
  } catch {
    return broken;
  }
}
