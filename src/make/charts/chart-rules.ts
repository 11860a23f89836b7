/** The rules of `helm lint` for Chart.yaml. */
import { isScalar, isMap } from "yaml";

import type { Place } from "../../model/problem.ts";
import { type Finding, finding } from "./finding.ts";
import { type ChartMetadata, metadataSchema } from "./metadata.ts";
import type { YamlFile } from "./yaml-file.ts";

/** What Chart.yaml says, or undefined where it does not have Helm's shape; and what is wrong with it. */
export function readMetadata(yaml: YamlFile): {
  readonly metadata: ChartMetadata | undefined;
  readonly findings: readonly Finding[];
} {
  const raw = yaml.value;
  const at = (path: readonly PropertyKey[]): Place => placeOf(yaml, path);
  const read = metadataSchema.safeParse(withoutNulls(raw));
  if (!read.success)
    return {
      metadata: undefined,
      findings: read.error.issues.map((issue) =>
        finding("error", `${yaml.file}: ${issue.path.join(".")}: ${issue.message}`, { place: at(issue.path) }),
      ),
    };
  const known: readonly string[] = Object.keys(metadataSchema.shape);
  const strange = Object.keys(raw as object).filter((key) => !known.includes(key));
  return {
    metadata: read.data,
    findings: [
      ...strange.map((key) => finding("warning", `${yaml.file}: Helm knows no "${key}"`, { place: at([key]) })),
      ...rules(yaml.file, read.data, at),
    ],
  };
}

/** A key without a value says nothing. */
function withoutNulls(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null));
}

function placeOf({ document, placeAt }: YamlFile, path: readonly PropertyKey[]): Place {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node)
      return placeAt((node.range as readonly number[] | undefined)?.[0]);
  }
  const { contents } = document;
  const first = isMap(contents) ? contents.items[0]?.key : undefined;
  return placeAt(isScalar(first) ? first.range?.[0] : 0);
}

function rules(file: string, chart: ChartMetadata, at: (path: readonly PropertyKey[]) => Place): readonly Finding[] {
  const found: Finding[] = [];
  const say = (
    severity: Finding["severity"],
    path: readonly PropertyKey[],
    message: string,
    expected?: string,
  ): void => {
    found.push(finding(severity, `${file}: ${message}`, { place: at(path), expected }));
  };
  const { apiVersion = "", type = "", icon = "", maintainers = [], sources = [], dependencies = [] } = chart;
  const isV2 = apiVersion === "v2";
  if (!isV2 && apiVersion !== "v1") say("error", ["apiVersion"], `apiVersion is "${apiVersion}"`, "v2, or v1");
  if (!["", "application", "library"].includes(type))
    say("error", ["type"], `type is "${type}"`, "application or library");
  if (type !== "" && !isV2) say("error", ["type"], "only charts of apiVersion v2 have a type");
  if (dependencies.length > 0 && !isV2)
    say("error", ["dependencies"], "dependencies stand in Chart.yaml from apiVersion v2 on", "requirements.yaml");
  if (icon === "") say("info", [], "an icon is recommended");
  else if (!isUrl(icon)) say("error", ["icon"], `"${icon}" is no URL`);
  for (const [index, source] of sources.entries())
    if (!isUrl(source)) say("error", ["sources", index], `"${source}" is no URL`);
  for (const [index, { name = "", email = "", url = "" }] of maintainers.entries()) {
    if (name === "") say("error", ["maintainers", index], "a maintainer has no name");
    if (email !== "" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
      say("error", ["maintainers", index, "email"], `"${email}" is no mail address`);
    if (url !== "" && !isUrl(url) && !isUrl(`https://${url}`))
      say("error", ["maintainers", index, "url"], `"${url}" is no URL`);
  }
  if (chart.deprecated === true) say("warning", ["deprecated"], "the chart is deprecated");
  if (/[A-Z_.]/.test(chart.name ?? ""))
    say("warning", ["name"], "names of charts are lower-case letters, digits and dashes");
  return found;
}

function isUrl(text: string): boolean {
  return URL.canParse(text);
}
