/** Looks a chart over as `helm lint` does, as far as that goes without rendering its templates. */
import { isMap } from "yaml";

import { problemsOf } from "../../model/problem.ts";
import { isMap as isRecord } from "../../model/schema.ts";
import { findActionFlaw } from "./actions.ts";
import { type Finding, finding } from "./finding.ts";
import { type ChartFile, textOf } from "./folder.ts";
import { readDocuments } from "./yaml-file.ts";

/** What is wrong with templates, CRDs, values and schema. Chart.yaml has its own rules. */
export async function lintFiles(files: readonly ChartFile[]): Promise<readonly Finding[]> {
  const found = await Promise.all(files.map(lintFile));
  const has = (path: string): boolean => files.some((file) => file.path.startsWith(path));
  return [
    ...files.filter(({ path }) => ["templates", "crds", "charts"].includes(path)).map(noFolder),
    ...(has("templates") ? [] : [finding("warning", "the chart has no templates", { place: undefined })]),
    ...(has("values.yaml") ? [] : [finding("info", "the chart has no values.yaml", { place: undefined })]),
    ...found.flat(),
  ];
}

function noFolder({ shown }: ChartFile): Finding {
  return finding("error", `${shown} is a file`, { place: { file: shown, line: 1, column: 1 }, expected: "a folder" });
}

async function lintFile(file: ChartFile): Promise<readonly Finding[]> {
  if (file.path.startsWith("templates/")) return lintTemplate(file, await textOf(file));
  if (/^crds\/.*\.(ya?ml|json)$/i.test(file.path)) return lintCrd(file, await textOf(file));
  if (file.path === "values.yaml") return lintValues(file, await textOf(file));
  if (file.path === "values.schema.json") return lintSchema(file, await textOf(file));
  return [];
}

const endings = [".yaml", ".yml", ".tpl", ".txt"];

function lintTemplate({ path, shown }: ChartFile, text: string): readonly Finding[] {
  const place = (offset: number) => placeIn(shown, text, offset);
  const isKnown = endings.some((ending) => path.endsWith(ending));
  const flaw = findActionFlaw(text);
  const crd = /^kind: *["']?CustomResourceDefinition\b/m.exec(text);
  return [
    ...(isKnown
      ? []
      : [
          finding("error", `${shown} is no template by its name`, {
            place: place(0),
            expected: `a name that ends in ${endings.join(", ")}`,
            hint: "What templates read with .Files stands beside templates/, not in it.",
          }),
        ]),
    ...(flaw === undefined
      ? []
      : [finding("error", `${shown}: ${flaw.message}`, { place: place(flaw.offset), expected: "a Go template" })]),
    ...(crd === null
      ? []
      : [
          finding("warning", `${shown} defines a custom resource: in crds/ it would be there before what uses it`, {
            place: place(crd.index),
          }),
        ]),
  ];
}

/** They are never rendered, so they are YAML as they are. */
function lintCrd({ shown }: ChartFile, text: string): readonly Finding[] {
  return documentsOf(shown, text, (documents) =>
    documents.flatMap(({ document, placeAt, value }): readonly Finding[] => {
      if (value === null || value === undefined) return [];
      const place = placeAt(document.contents?.range?.[0]);
      const { apiVersion, kind } = isRecord(value) ? value : {};
      const isCrd = typeof apiVersion === "string" && apiVersion.startsWith("apiextensions.k8s.io");
      return isCrd && kind === "CustomResourceDefinition"
        ? []
        : [
            finding("error", `${shown} is no custom resource definition`, {
              place,
              expected: "apiVersion: apiextensions.k8s.io/v1 and kind: CustomResourceDefinition",
              hint: "Everything else belongs in templates/.",
            }),
          ];
    }),
  );
}

function lintValues({ shown }: ChartFile, text: string): readonly Finding[] {
  return documentsOf(shown, text, (documents) =>
    documents
      .filter(({ document: { contents } }) => contents !== null && !isMap(contents))
      .map(({ document, placeAt }) =>
        finding("error", `${shown} is no map`, {
          place: placeAt(document.contents?.range?.[0]),
          expected: "a map from names to values",
        }),
      ),
  );
}

function lintSchema({ shown }: ChartFile, text: string): readonly Finding[] {
  try {
    JSON.parse(text);
    return [];
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return [finding("error", `${shown} is not JSON: ${why}`, { place: { file: shown, line: 1, column: 1 } })];
  }
}

function documentsOf(
  shown: string,
  text: string,
  look: (documents: ReturnType<typeof readDocuments>) => readonly Finding[],
): readonly Finding[] {
  try {
    return look(readDocuments(text, shown));
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems.map((problem) => ({ severity: "error", problem }));
  }
}

function placeIn(file: string, text: string, offset: number) {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
