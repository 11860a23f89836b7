/** What is read of charts before anything is planned, and what is left to those who package them. */
import { expect, it } from "vitest";

import { kinds } from "../../../src/cli/tables.ts";
import { readCharts } from "../../../src/input/facts/charts.ts";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import type { Facts } from "../../../src/model/facts.ts";
import { appChart, writeChart } from "../../worlds/charts.ts";
import { freshFolder } from "../../make/runStep.ts";

async function read(text: string, files: Parameters<typeof writeChart>[2]): Promise<Facts["charts"]> {
  const root = await freshFolder();
  writeChart(root, "helm/app", files);
  return readCharts(readSource(sourceOfText("slipway.yaml", `slipway: 1\nproject: app\n${text}`), root, kinds));
}

it("a chart's name and values are read, and which values need not be there", async () => {
  const facts = await read("charts: [helm/none, helm/app]\n", appChart);
  expect(Object.keys(facts)).toEqual(["helm/app"]);
  expect(facts["helm/app"]).toMatchObject({
    name: "app",
    values: { file: "helm/app/values.yaml", values: { replicas: 1, image: { tag: "latest" } } },
  });
  expect(facts["helm/app"]?.values?.open).toEqual(["global", "common", "common"]);
  expect(await read("charts: [helm/app]\n", { ...appChart, "values.yaml": undefined })).toMatchObject({
    "helm/app": { name: "app", values: undefined },
  });
});

it("nothing is known of what cannot be read, or what hooks may write first", async () => {
  for (const broken of ["a: [\n", "a: 1\n---\nb: 1\n", "a: *none\n"])
    expect(await read("charts: [helm/app]\n", { ...appChart, "values.yaml": broken }), broken).toEqual({});
  expect(await read("charts: [helm/app]\n", { ...appChart, "Chart.yaml": "- name\n" })).toEqual({});
  expect(await read("before: [make chart]\ncharts: [helm/app]\n", appChart)).toEqual({});
});
