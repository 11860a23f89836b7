/** Chart.yaml: its version, app version and annotations set, everything else as its author wrote it. */
import { isMap, isScalar, type Node } from "yaml";

import { Problem } from "../../model/problem.ts";
import { edited, type Edit, insertPair, readYaml, replaceValue, type YamlFile } from "./yaml-file.ts";

/** What a release says of a chart. */
export interface ChartSettings {
  readonly version: string;
  readonly appVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** As `helm package --version --app-version` sets them. Throws `format.invalid` for what is no map. */
export function setChart(text: string, file: string, { version, appVersion, annotations }: ChartSettings): string {
  const withVersion = setTop(text, file, "version", JSON.stringify(version));
  const withBoth = setTop(withVersion, file, "appVersion", JSON.stringify(appVersion));
  return Object.entries(annotations).reduce((done, [key, value]) => setAnnotation(done, file, key, value), withBoth);
}

function setTop(text: string, file: string, key: string, written: string): string {
  const yaml = readYaml(text, file);
  const map = topOf(yaml);
  return edited(text, [setIn(yaml, map, key, written, "version")]);
}

function setAnnotation(text: string, file: string, key: string, value: string): string {
  const yaml = readYaml(text, file);
  const map = topOf(yaml);
  const under = valueOf(map, "annotations");
  if (isMap(under) && under.items.length > 0) return edited(text, [setIn(yaml, under, key, JSON.stringify(value))]);
  return edited(text, [setIn(yaml, map, "annotations", JSON.stringify({ [key]: value }), "version")]);
}

function setIn(yaml: YamlFile, map: Node, key: string, written: string, before?: string): Edit {
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
  if (pair === undefined) return insertPair(yaml, map, key, written, before);
  const behindKey = isScalar(pair.key) ? pair.key.range?.[1] : undefined;
  return replaceValue(yaml, { behindKey, node: pair.value as Node | null }, written);
}

function valueOf(map: Node, key: string): unknown {
  return isMap(map) ? map.get(key, true) : undefined;
}

function topOf({ document, file, placeAt }: YamlFile): Node {
  const { contents } = document;
  if (isMap(contents) && contents.items.length > 0) return contents;
  throw new Problem("format.invalid", `${file} is no map`, {
    place: placeAt(contents?.range?.[0]),
    expected: "apiVersion, name, version, ...",
  });
}
