/** Deciding SBOMs: which documents there are, what they are called, what they need, and what is refused with its line. */
import { describe, expect, it } from "vitest";

import type { Plan, PlannedStep } from "../../src/model/plan.ts";
import { formatPlace, problemsOf } from "../../src/model/problem.ts";
import type { SbomStepOptions } from "../../src/model/sbom.ts";
import { planText } from "../worlds/planning.ts";

const head = `slipway: 1
project: { name: tool, license: MIT, vendor: Acme, homepage: https://example.com }
builds: [{ fake: main, for: [linux/amd64], dir: sub }]
source: true
packages: [{ formats: deb, maintainer: A <a@example.com>, description: A tool }]
images: [{ name: ghcr.io/acme/tool, base: scratch IMAGE }]
trust:
  sbom:
`;
const headLines = head.split("\n").length - 1;

const planned = (entries: string, image = "", more: Parameters<typeof planText>[1] = {}): Plan =>
  planText(`${head.replace(" IMAGE", image)}${entries}`, more);

function sbomsOf(plan: Plan): readonly PlannedStep[] {
  return plan.steps.filter(({ section }) => section === "sboms");
}

function namesOf(plan: Plan): readonly string[] {
  return sbomsOf(plan).map(({ outputs }) => outputs[0]?.name ?? "");
}

function refusals(entries: string): readonly string[] {
  try {
    planned(entries);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ place, code, message }) =>
      place === undefined
        ? `${code} ${message}`
        : `${formatPlace({ ...place, line: place.line - headLines }).replace("slipway.yaml:", "")} ${code} ${message}`,
    );
  }
  return [];
}

const archive = "tool_1.2.3_linux_amd64.tar.gz";

describe("an SBOM", () => {
  it("is of the whole release where nothing else is said", () => {
    const plan = planned("    - spdx\n    - cyclonedx\n");
    expect(namesOf(plan)).toEqual(["sbom.spdx.json", "sbom.cdx.json"]);
    const [step] = sbomsOf(plan);
    expect(step).toMatchObject({
      id: "sbom/sbom.spdx.json",
      kind: "spdx",
      outputs: [{ type: "sbom", listed: true, attributes: { format: "spdx" } }],
    });
    expect(step?.needs).toEqual([
      "source/tool-1.2.3.tar.gz",
      `archive/${archive}`,
      "package/tool_1.2.3_amd64.deb",
      "image/tool",
      "build/tool/linux/amd64",
    ]);
    expect(step?.options).toMatchObject({
      of: "",
      tool: { name: "slipway", version: "0" },
      product: {
        name: "tool",
        version: "1.2.3",
        license: "MIT",
        supplier: "Acme",
        homepage: "https://example.com",
        description: "",
      },
    });
  });

  it("is of each artifact of the kinds it says, and needs only what it describes", () => {
    const plan = planned("    - { spdx: , of: [archives, packages, images, source] }\n");
    expect(namesOf(plan)).toEqual([
      `${archive}.spdx.json`,
      "tool_1.2.3_amd64.deb.spdx.json",
      "tool_1.2.3_image.tar.spdx.json",
      "tool-1.2.3.tar.gz.spdx.json",
    ]);
    const [ofArchive, , ofImage] = sbomsOf(plan);
    expect(ofArchive?.needs).toEqual([`archive/${archive}`, "build/tool/linux/amd64"]);
    expect(ofArchive?.outputs[0]?.attributes).toEqual({ format: "spdx", of: archive });
    const options = ofImage?.options as unknown as SbomStepOptions | undefined;
    expect(options?.programs).toEqual({ "tool_1.2.3_image.tar": [{ step: "build/tool/linux/amd64", output: "tool" }] });
  });

  it("is called as the entry says, over the artifact where that is in the name", () => {
    const text = `    - { cyclonedx: "{{ project }}-{{ version }}.json" }\n    - { spdx: "{{ artifact }}-{{ artifact.os }}.json", of: [release, archives] }\n`;
    expect(namesOf(planned(text))).toEqual(["tool-1.2.3.json", "sbom.spdx.json", `${archive}-linux.json`]);
  });

  it("of an image is made where the image asks for it", () => {
    const plan = planned("    []\n", ", sbom: [spdx, cyclonedx]");
    expect(namesOf(plan)).toEqual(["tool_1.2.3_image.tar.spdx.json", "tool_1.2.3_image.tar.cdx.json"]);
  });

  it("is written by a tool of the user's, whose words wait for the paths", () => {
    const [step] = sbomsOf(
      planned(`    - { command: "scan {{ artifact }} -o {{ document }}", of: archives, as: "{{ artifact }}.spdx" }\n`),
    );
    expect(step).toMatchObject({
      kind: "command",
      options: { of: archive, own: { command: { late: "scan {{ artifact }} -o {{ document }}", with: {} } } },
      outputs: [{ name: `${archive}.spdx`, attributes: { format: "spdx", by: "command", of: archive } }],
    });
  });

  it("is left out by its condition, and all by --skip sbom", () => {
    expect(namesOf(planned("    - { spdx: , when: '{{ isSnapshot }}' }\n"))).toEqual([]);
    expect(namesOf(planned("    - spdx\n", ", sbom: spdx", { skip: new Set(["sbom"]) }))).toEqual([]);
  });

  it("that is about nothing is refused, but not where the command line left that out", () => {
    const charts = "    - { spdx: , of: [charts, libraries] }\n";
    expect(refusals(charts)).toEqual([
      "1:7 plan.empty trust.sbom[0]: there are no charts or libraries it could be about",
    ]);
    expect(namesOf(planned(charts, "", { skip: new Set(["charts"]) }))).toEqual([]);
    expect(namesOf(planned(charts, "", { targets: ["linux/*"] }))).toEqual([]);
  });

  it("is refused where it is no kind, of nothing that is known, of two names, or by a tool that has no artifact", () => {
    expect(refusals("    - spdy\n")).toEqual(["1:7 config.invalid trust.sbom[0] is a word that names no kind"]);
    expect(refusals("    - { spdx: , of: [everything] }\n")[0]).toMatch(/^1:\d+ config\.invalid/);
    expect(refusals("    - spdx\n    - spdx\n")).toEqual([
      '2:7 plan.collision two artifacts would be called "sbom.spdx.json": sbom/sbom.spdx.json, and sbom/sbom.spdx.json (line 9)',
    ]);
    expect(refusals("    - { command: scan, as: x }\n")).toEqual([
      "1:7 plan.invalid command: there is no one file that is the whole release",
    ]);
  });
});
