/** The charts that lie in charts/, unpacked or packed. */
import { gunzip } from "../../format/inflate.ts";
import { readTar } from "../../format/tar/read.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import { type Finding, finding } from "./finding.ts";
import { type ChartFile, textOf } from "./folder.ts";
import { readYaml } from "./yaml-file.ts";

export interface Subchart {
  readonly name: string;
  readonly version: string;
  /** As messages name it. */
  readonly shown: string;
}

/** Folders and `.tgz` files in charts/; what begins with `_` or `.` is none. */
export async function subchartsIn(
  files: readonly ChartFile[],
): Promise<{ readonly subcharts: readonly Subchart[]; readonly findings: readonly Finding[] }> {
  const inCharts = files.filter(({ path }) => isOfSubchart(path));
  const first = (path: string): string => path.split("/")[1] ?? "";
  const names = [...new Set(inCharts.map(({ path }) => first(path)))];
  const found = await Promise.all(names.map((name) => subchartIn(inCharts.filter(({ path }) => first(path) === name))));
  return {
    subcharts: found.flatMap((one) => ("problem" in one ? [] : [one])),
    findings: found.flatMap((one) => ("problem" in one ? [one] : [])),
  };
}

/** Whether Helm takes a file for part of a subchart. */
export function isOfSubchart(path: string): boolean {
  return /^charts\/[^_.]/.test(path) && !path.endsWith(".prov");
}

async function subchartIn(files: readonly ChartFile[]): Promise<Subchart | Finding> {
  const [any] = files;
  if (any === undefined) throw new Error("a subchart has files");
  const isPacked = any.path.endsWith(".tgz") && any.path.split("/").length === 2;
  const own = isPacked ? any : files.find(({ path }) => /^charts\/[^/]+\/Chart\.yaml$/.test(path));
  const place = { file: own?.shown ?? any.shown, line: 1, column: 1 };
  try {
    const text = own === undefined ? undefined : isPacked ? await packedChart(own) : await textOf(own);
    if (text === undefined) return finding("error", `${any.shown} is no chart: it has no Chart.yaml`, { place });
    const { document } = readYaml(text, place.file);
    const [name, version] = [document.get("name"), document.get("version")];
    if (typeof name !== "string" || (typeof version !== "string" && typeof version !== "number"))
      return finding("error", `${place.file} has no name or version`, { place });
    return { name, version: String(version), shown: isPacked ? any.shown : place.file };
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    return finding("error", `${any.shown} cannot be read: ${problem.message}`, { place });
  }
}

/** Helm's own limit for one file. */
const mostChartFile = 5 * 1024 * 1024;

/** The Chart.yaml of a packed chart. */
async function packedChart({ content }: ChartFile): Promise<string | undefined> {
  for await (const member of readTar(gunzip(content.open()))) {
    if (member.type !== "file" || !/^[^/]+\/Chart\.yaml$/.test(member.path)) continue;
    if (member.size > mostChartFile) throw new Problem("format.invalid", `its Chart.yaml has ${member.size} bytes`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(new Uint8Array(chunk));
    return Buffer.concat(chunks).toString("utf8");
  }
  return undefined;
}
