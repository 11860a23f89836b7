/** Deciding charts: versions, names in registries, images whose digests they hold, and what is refused with its line. */
import { describe, expect, it } from "vitest";

import type { ChartStepOptions } from "../../src/model/chart.ts";
import type { KeyFacts } from "../../src/model/signer.ts";
import type { Plan, PlannedStep } from "../../src/model/plan.ts";
import { problemsOf } from "../../src/model/problem.ts";
import { facts, planText } from "../worlds/planning.ts";

const head = `slipway: 1
project: tool
builds: [{ fake: main, for: [linux/amd64] }]
archives: []
images:
  - { name: ghcr.io/acme/cell0, base: scratch }
  - { name: ghcr.io/acme/my-app, id: my-app, base: scratch }
charts:
`;
const headLines = head.split("\n").length - 1;

const planned = (entries: string, more: Parameters<typeof planText>[1] = {}): Plan =>
  planText(`${head}${entries}`, more);

function chartsOf(plan: Plan): readonly PlannedStep[] {
  return plan.steps.filter(({ section }) => section === "charts");
}

function optionsOf(step: PlannedStep | undefined): ChartStepOptions {
  return step?.options as unknown as ChartStepOptions;
}

/** `line:column code message (hint)` of everything that is refused; lines count from the first entry. */
function refusals(entries: string, more: Parameters<typeof planText>[1] = {}): readonly string[] {
  try {
    planned(entries, more);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ place, code, message }) =>
      place === undefined ? `${code} ${message}` : `${place.line - headLines}:${place.column} ${code} ${message}`,
    );
  }
  return [];
}

const openpgp: KeyFacts = { name: "release", method: "openpgp", fingerprint: "ab".repeat(20), keyName: "" };
const rsa: KeyFacts = { name: "alpine", method: "rsa", fingerprint: "cd".repeat(32), keyName: "k.rsa.pub" };
const withVersion = (version: string) => ({ facts: { version: { ...facts.version, version } } });

describe("a chart", () => {
  it("is packaged under its folder's name and the release's version", () => {
    const [step] = chartsOf(planned("  - helm/cell0\n"));
    expect(step).toMatchObject({
      id: "chart/cell0",
      kind: "chart",
      title: "cell0-1.2.3.tgz",
      needs: [],
      outputs: [{ name: "cell0-1.2.3.tgz", type: "chart", attributes: { chart: "cell0", version: "1.2.3" } }],
    });
    expect(step?.outputs).toHaveLength(1);
    expect(optionsOf(step)).toMatchObject({ folder: "helm/cell0", version: "1.2.3", appVersion: "1.2.3" });
  });

  it("has a version, an app version, a name and annotations of its own where the entry says so", () => {
    const [step] = chartsOf(
      planned(
        `  - { folder: ./helm/x/, name: other, version: "3.0.0+{{ shortCommit }}", appVersion: 1.10, annotations: { "artifacthub.io/license": MIT }, file: "{{ name }}_{{ chartVersion }}" }\n`,
      ),
    );
    expect(step?.title).toBe("other_3.0.0+0123456.tgz");
    expect(optionsOf(step)).toMatchObject({
      folder: "helm/x",
      name: "other",
      version: "3.0.0+0123456",
      appVersion: "1.10",
      annotations: { "artifacthub.io/license": "MIT" },
    });
  });

  it("with `push` is an OCI archive as well, under every name it gets; a plus in a tag is an underscore", () => {
    const [step] = chartsOf(
      planned(
        `  - { folder: helm/cell0, version: 1.0.0+b.1, push: [oci://ghcr.io/acme/charts, "oci://localhost:5000/", "{% if isSnapshot %}oci://x.io/a{% endif %}"] }\n`,
      ),
    );
    expect(optionsOf(step).names).toEqual(["ghcr.io/acme/charts/cell0:1.0.0_b.1", "localhost:5000/cell0:1.0.0_b.1"]);
    expect(step?.outputs[1]).toMatchObject({ name: "cell0-1.0.0+b.1_chart.tar", type: "image", listed: true });
  });

  it("needs the images whose digests stand in its values, and holds the rest of them rendered", () => {
    const [step] = chartsOf(
      planned(`  - folder: helm/cell0
    values:
      image.tag: "{{ tag }}"
      image: { digest: "{{ images.cell0.digest }}" }
      other: "{{ images['my-app'].reference }}"
      replicas: 2
`),
    );
    expect(step?.needs).toEqual(["image/cell0", "image/my-app"]);
    expect(optionsOf(step).values).toMatchObject([
      { path: ["image", "tag"], value: { text: "v1.2.3" } },
      { path: ["image", "digest"], value: { text: { late: "{{ images.cell0.digest }}", with: {} } } },
      { path: ["other"], value: { text: { late: "{{ images['my-app'].reference }}" } } },
      { path: ["replicas"], value: { plain: 2 } },
    ]);
  });

  it("is signed by an OpenPGP key, beside it", () => {
    const keys = { release: openpgp, alpine: rsa };
    const [step] = chartsOf(planned("  - { folder: helm/cell0, sign: release }\n", { facts: { keys } }));
    expect(step?.outputs[1]).toMatchObject({ name: "cell0-1.2.3.tgz.prov", type: "signature" });
    expect(optionsOf(step)).toMatchObject({ signer: "release", fingerprint: openpgp.fingerprint });
    expect(refusals("  - { folder: helm/cell0, sign: alpine }\n", { facts: { keys } })).toEqual([
      "1:33 plan.invalid charts are signed by openpgp keys, and alpine is rsa",
    ]);
  });

  it("goes unsigned where the key may be missing and is, and not where it must be there", () => {
    const keys = { release: { name: "release", missing: "KEY is not set" } };
    const plan = planned("  - { folder: helm/cell0, sign: { key: release, optional: true } }\n", { facts: { keys } });
    expect(chartsOf(plan)[0]?.outputs).toHaveLength(1);
    expect(plan.skipped).toContainEqual({ what: "charts[0] signature", why: "KEY is not set" });
    expect(refusals("  - { folder: helm/cell0, sign: release }\n", { facts: { keys } })).toEqual([
      "1:33 key.missing the key release is not here: KEY is not set",
    ]);
    expect(refusals("  - { folder: helm/cell0, sign: nobody }\n", { facts: { keys } })).toEqual([
      '1:33 plan.invalid sign: no key is called "nobody"',
    ]);
  });
});

describe("charts", () => {
  it("skip an entry by `when` and make the next", () => {
    const plan = planned('  - { folder: helm/first, when: "{{ isSnapshot }}" }\n  - helm/second\n');
    expect(chartsOf(plan).map(({ title }) => title)).toEqual(["second-1.2.3.tgz"]);
    expect(plan.skipped).toContainEqual({ what: "charts[0]", why: "when: {{ isSnapshot }}" });
  });

  it("report what is wrong with one entry beside what is wrong with the next", () => {
    expect(
      refusals(
        "  - { folder: helm/a, version: v1.2.3 }\n  - helm/fine\n  - { folder: ../b }\n  - { folder: helm/c, push: ghcr.io/acme }\n",
      ),
    ).toEqual([
      '1:32 version.invalid "v1.2.3" cannot be a chart\'s version',
      '3:15 plan.invalid "../b" is no folder of the project',
      '4:29 plan.invalid push: "ghcr.io/acme" does not begin with oci://',
    ]);
  });

  it("are left out with --skip charts, and those that need an image with --skip images", () => {
    const entries = '  - { folder: helm/a, values: { d: "{{ images.cell0.digest }}" } }\n  - helm/b\n';
    expect(chartsOf(planned(entries, { skip: new Set(["charts"]) }))).toEqual([]);
    const plan = planned(entries, { skip: new Set(["images"]) });
    expect(chartsOf(plan).map(({ id }) => id)).toEqual(["chart/b"]);
    expect(plan.skipped).toContainEqual({
      what: "charts[0]",
      why: "it needs the image cell0, and --skip images",
    });
  });

  it("whose folder is not there are refused at its line, or left out where that is fine", () => {
    const absent = { facts: { absent: ["helm/a/Chart.yaml", "helm/b/Chart.yaml"] } };
    const entries = "  - { folder: helm/b, optional: true }\n  - helm/c\n";
    expect(refusals(`  - helm/a\n${entries}`, absent)).toEqual(["1:5 file.missing helm/a holds no Chart.yaml"]);
    const plan = planned(entries, absent);
    expect(chartsOf(plan).map(({ id }) => id)).toEqual(["chart/c"]);
    expect(plan.skipped).toContainEqual({ what: "charts[0]", why: "helm/b holds no Chart.yaml" });
  });

  it("whose own files say otherwise are refused before anything is made", () => {
    const values = { image: { tag: "a" }, resources: {} };
    const charts = {
      "helm/a": { name: "other", values: undefined },
      "helm/b": { name: "b", values: { file: "helm/b/values.yaml", values, open: ["global", "redis"] } },
    };
    const b = "{ image.tag: x, resources.limits: {}, redis.auth: y, image: { tags: z } }";
    expect(
      refusals(`  - { folder: helm/a, values: { x: 1 } }\n  - { folder: helm/b, values: ${b} }\n`, {
        facts: { charts },
      }),
    ).toEqual([
      '1:15 plan.invalid the chart in helm/a is called "other", not "a"',
      "1:33 plan.invalid helm/a has no values.yaml to set this in",
      "2:93 plan.invalid helm/b/values.yaml has no image.tags",
    ]);
  });

  it("that name an image nobody makes are told which there are", () => {
    const entry = (value: string) => `  - { folder: helm/a, values: { d: "${value}" } }\n`;
    expect(refusals(entry("{{ images.cel0.digest }}"))).toEqual([
      '1:36 template.unknown no image that is made is called "cel0"',
    ]);
    expect(refusals(entry("{{ images.cell0.sha }}"))).toEqual(['1:36 template.unknown "images.cell0" has no "sha"']);
    expect(refusals(entry("{{ images.cell0 }}"))).toEqual([
      '1:36 template.unknown "images.cell0" is no image\'s digest',
    ]);
  });

  it("are told what a registry or Helm would not take", () => {
    const refused = (rest: string, version = "1.2.3"): string =>
      refusals(`  - { folder: helm/cell0, ${rest} }\n`, withVersion(version)).join("\n");
    expect(refused("name: Cell0, push: oci://ghcr.io/acme")).toContain('"ghcr.io/acme/Cell0" cannot be a repository');
    expect(refused("push: oci://ghcr.io/acme/cell0")).toContain("ends in the chart's own name");
    expect(refused("push: 'oci://ghcr.io/acme:1'")).toContain("cannot be a repository");
    expect(refused("name: a/b")).toContain('"a/b" cannot be a chart\'s name');
    expect(refused("name: cell0", "2026.01.1")).toContain('"2026.01.1" cannot be a chart\'s version');
    expect(refused("name: cell0", "1.2")).toContain('"1.2" cannot be a chart\'s version');
  });

  it("and images cannot have one name in a registry", () => {
    expect(refusals("  - { folder: helm/cell0, version: 1.2.3, push: oci://ghcr.io/acme }\n")).toEqual([]);
    expect(refusals("  - { folder: helm/my-app, version: 3.0.0, push: oci://ghcr.io/acme }\n")).toEqual([]);
    const tagged = head.replace("base: scratch", 'base: scratch, tags: ["{{ version }}"]');
    expect(() => planText(`${tagged}  - { folder: helm/cell0, push: oci://ghcr.io/acme }\n`)).toThrow(
      "the chart would be pushed to ghcr.io/acme/cell0:1.2.3, which is the image cell0",
    );
  });

  it("of one name are refused", () => {
    expect(refusals("  - helm/a\n  - { folder: other/a, file: b }\n")).toContain(
      "2:5 plan.collision two charts are called a",
    );
  });
});
