/** Packaging charts: what is in them, what is set, what is refused with its line, and that the same is made twice. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";

import { beforeEach, describe, expect, it } from "vitest";

import { readChunks } from "../../../src/format/file.ts";
import { gunzip } from "../../../src/format/inflate.ts";
import { readImageArchive } from "../../../src/format/oci/archive.ts";
import { inFile } from "../../../src/format/random-access.ts";
import { readTar } from "../../../src/format/tar/read.ts";
import { throwIfAny } from "../../../src/model/problem.ts";
import { appChart, type ChartFiles, imageDigest, makeCharts, writeChart } from "../../worlds/charts.ts";
import { epoch } from "../../worlds/running.ts";
import { freshFolder } from "../runStep.ts";

let root = "";
beforeEach(async () => {
  root = await freshFolder();
});

/** Members by path, in their order. */
async function membersOf(path: string): Promise<ReadonlyMap<string, string>> {
  const members = new Map<string, string>();
  for await (const member of readTar(gunzip(readChunks(path)))) {
    expect(member).toMatchObject({ type: "file", mode: 0o644, mtime: epoch, uid: 0 });
    if (member.type !== "file") continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(Uint8Array.from(chunk));
    members.set(member.path, Buffer.concat(chunks).toString());
  }
  return members;
}

async function packed(entry: string, files: ChartFiles = appChart): Promise<ReadonlyMap<string, string>> {
  writeChart(root, "helm/app", files);
  const result = await makeCharts(root, entry);
  throwIfAny(result.problems);
  return membersOf(result.pathOf("chart/app", "app-1.2.3.tgz"));
}

/** `file:line code message` of what is refused. */
async function refused(
  entry: string,
  changed: Readonly<Record<string, ChartFiles[string] | undefined>>,
): Promise<readonly string[]> {
  writeChart(root, "helm/app", { ...appChart, ...changed });
  const { problems } = await makeCharts(root, entry);
  return problems.map(({ place, code, message }) => `${place?.file}:${place?.line} ${code} ${message}`);
}

describe("a chart", () => {
  it("holds its files in Helm's order, but for what .helmignore names", async () => {
    const members = await packed("  - helm/app\n");
    expect([...members.keys()]).toEqual(
      [
        "Chart.yaml",
        "Chart.lock",
        "values.yaml",
        "values.schema.json",
        "templates/NOTES.txt",
        "templates/_helpers.tpl",
        "templates/configmap.yaml",
        "templates/deployment.yaml",
        "templates/ingress.yaml",
        "templates/tests/test.yaml",
        ".helmignore",
        "LICENSE",
        "README.md",
        "crds/widgets.yaml",
        "files/config.toml",
        "charts/common/Chart.yaml",
        "charts/common/templates/_labels.tpl",
      ].map((path) => `app/${path}`),
    );
    expect(members.get("app/values.yaml")).toBe(appChart["values.yaml"]);
    expect(members.get("app/Chart.yaml")).toContain('version: "1.2.3" # by the release\nappVersion: "1.2.3"\n');
  });

  it("has the release's values, digests of images and the environment among them", async () => {
    writeChart(root, "helm/app", appChart);
    const entry = `  - folder: helm/app
    annotations: { example.com/tag: "{{ tag }}" }
    values:
      replicas: 2
      image: { tag: "{{ tag }}", digest: "{{ images.cell0.digest }}", repository: "{{ images.cell0.name }}" }
      ingress.hosts[0].host: "{{ env.HOST }}"
      resources: { limits: { cpu: 0.50 } }
`;
    const made = async (host: string): Promise<ReadonlyMap<string, string>> => {
      const result = await makeCharts(root, entry, { env: { HOST: host } });
      throwIfAny(result.problems);
      return membersOf(result.pathOf("chart/app"));
    };
    const members = await made("a.example.com");
    expect(members.get("app/values.yaml")).toBe(
      (appChart["values.yaml"] as string)
        .replace("replicas: 1", "replicas: 2")
        .replace("tag: latest", 'tag: "v1.2.3"')
        .replace('digest: ""', `digest: "${imageDigest}"`)
        .replace("ghcr.io/acme/app", '"ghcr.io/acme/cell0"')
        .replace("app.example.com", '"a.example.com"')
        .replace("resources: {}", 'resources: {"limits":{"cpu":"0.50"}}'),
    );
    expect(members.get("app/Chart.yaml")).toContain('annotations:\n  example.com/tag: "v1.2.3"\n  example.com/kept');
    // What the environment says is part of what is remembered.
    expect((await made("b.example.com")).get("app/values.yaml")).toContain('host: "b.example.com"');
  });

  it("is the same twice, and made anew when a file of it changes", async () => {
    writeChart(root, "helm/app", appChart);
    const digest = async (entry = "  - { folder: helm/app, push: oci://x.io/c }\n"): Promise<string> => {
      const { artifacts, problems } = await makeCharts(root, entry);
      throwIfAny(problems);
      return (artifacts.get("chart/app") ?? []).map((artifact) => artifact.digest).join();
    };
    const first = await digest();
    expect(await digest()).toBe(first);
    const other = await freshFolder();
    writeChart(other, "helm/app", appChart);
    root = other;
    expect(await digest()).toBe(first);
    writeChart(root, "helm/app", { "files/config.toml": "a = 2\n" });
    expect(await digest()).not.toBe(first);
  });

  it("for registries is an archive of what Helm pushes, under each name", async () => {
    writeChart(root, "helm/app", appChart);
    const result = await makeCharts(root, "  - { folder: helm/app, push: [oci://x.io/c, oci://y.io] }\n");
    throwIfAny(result.problems);
    const chart = readFileSync(result.pathOf("chart/app", "app-1.2.3.tgz"));
    const file = await open(result.pathOf("chart/app", "app-1.2.3_chart.tar"));
    const archive = await readImageArchive(await inFile(file));
    const [manifest] = archive.manifests.values();
    const read = JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()) as Record<string, unknown>;
    await file.close();
    expect(read).toMatchObject({
      config: { mediaType: "application/vnd.cncf.helm.config.v1+json" },
      layers: [
        {
          mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
          digest: `sha256:${createHash("sha256").update(chart).digest("hex")}`,
          size: chart.length,
        },
      ],
      annotations: {
        "example.com/kept": "yes",
        "org.opencontainers.image.authors": "Ada (ada@example.com), Grace",
        "org.opencontainers.image.created": "2023-11-14T22:13:20Z",
        "org.opencontainers.image.description": "An app & its <parts>",
        "org.opencontainers.image.source": "https://example.com/src",
        "org.opencontainers.image.title": "app",
        "org.opencontainers.image.url": "https://example.com/app",
        "org.opencontainers.image.version": "1.2.3",
      },
    });
    const artifact = result.artifacts.get("chart/app")?.find(({ type }) => type === "image");
    expect(artifact?.attributes).toMatchObject({
      digest: manifest?.digest,
      names: [
        { name: "x.io/c/app:1.2.3", digest: manifest?.digest, rolling: "" },
        { name: "y.io/app:1.2.3", digest: manifest?.digest, rolling: "" },
      ],
    });
  });

  it("holds files that links of the project lead to, and none beyond it", async () => {
    writeChart(root, "shared", { "notes.txt": "shared\n", "more/a.txt": "a\n" });
    const members = await packed("  - helm/app\n", {
      ...appChart,
      "files/notes.txt": { link: "../../../shared/notes.txt" },
      "files/more": { link: "../../../shared/more" },
    });
    expect(members.get("app/files/notes.txt")).toBe("shared\n");
    expect(members.get("app/files/more/a.txt")).toBe("a\n");
    expect(
      await refused("  - helm/app\n", {
        "files/passwd": { link: "/etc/passwd" },
        "files/again": { link: ".." },
      }),
    ).toEqual([
      "slipway.yaml:8 plan.invalid helm/app/files/again leads back to a folder it stands in",
      "slipway.yaml:8 plan.invalid helm/app/files/passwd leads out of the project, to /etc/passwd",
    ]);
  });
});

describe("charts", () => {
  it("of which the first is broken are made from the second on", async () => {
    writeChart(root, "helm/broken", { "Chart.yaml": "name: broken\nversion: [\n" });
    writeChart(root, "helm/app", appChart);
    const { states, problems } = await makeCharts(root, "  - helm/broken\n  - helm/app\n");
    expect(states).toEqual({ "chart/broken": "failed", "chart/app": "made" });
    expect(problems.every(({ place }) => place?.file === "helm/broken/Chart.yaml")).toBe(true);
  });

  it("are refused for all that is wrong with them at once, each at its line", async () => {
    expect(
      await refused("  - { folder: helm/app, values: { image.tags: x } }\n", {
        "Chart.yaml": (appChart["Chart.yaml"] as string)
          .replace("type: application", "type: program")
          .replace("icon: https:", "icon: /")
          .replace("email: ada@example.com", "email: ada"),
        "templates/deployment.yaml": "a: 1\nb: {{ if .x }}\n",
        "templates/config.json": "{}\n",
        "crds/other.yaml": "---\nkind: ConfigMap\napiVersion: v1\n",
        "values.schema.json": "{",
      }),
    ).toEqual([
      'helm/app/Chart.yaml:5 format.invalid helm/app/Chart.yaml: type is "program"',
      'helm/app/Chart.yaml:10 format.invalid helm/app/Chart.yaml: "///example.com/app.png" is no URL',
      'helm/app/Chart.yaml:16 format.invalid helm/app/Chart.yaml: "ada" is no mail address',
      "helm/app/crds/other.yaml:2 format.invalid helm/app/crds/other.yaml is no custom resource definition",
      "helm/app/templates/config.json:1 format.invalid helm/app/templates/config.json is no template by its name",
      "helm/app/templates/deployment.yaml:2 format.invalid helm/app/templates/deployment.yaml: {{ if }} has no {{ end }}",
      expect.stringMatching(/^helm\/app\/values\.schema\.json:1 format\.invalid .* is not JSON/),
      "slipway.yaml:8 plan.invalid helm/app/values.yaml has no image.tags",
    ]);
  });

  it("that say another name, or nothing, are refused", async () => {
    expect(await refused("  - { folder: helm/app, name: other }\n", {})).toEqual([
      'slipway.yaml:8 plan.invalid helm/app/Chart.yaml calls the chart "app", and it was planned as "other"',
    ]);
    expect(await refused("  - helm/app\n", { "Chart.yaml": "description: x\n" })).toEqual([
      'helm/app/Chart.yaml:1 format.invalid helm/app/Chart.yaml: apiVersion is ""',
      "helm/app/charts/common/Chart.yaml:1 format.invalid helm/app/charts/common/Chart.yaml is the chart common, which helm/app/Chart.yaml does not list",
      'slipway.yaml:8 plan.invalid helm/app/Chart.yaml calls the chart "", and it was planned as "app"',
    ]);
    expect(await refused("  - helm/none\n", {})).toEqual(["slipway.yaml:8 file.missing helm/none holds no Chart.yaml"]);
  });

  it("need their dependencies in charts/, in versions that fit and that are locked", async () => {
    const chart = appChart["Chart.yaml"] as string;
    const common = (version: string) => ({
      "charts/common/Chart.yaml": `apiVersion: v2\nname: common\nversion: ${version}\ntype: library\n`,
    });
    expect(await refused("  - helm/app\n", { ...common("2.0.0"), "Chart.lock": undefined })).toEqual([
      "helm/app/Chart.yaml:21 format.invalid helm/app/Chart.yaml asks for common >=1.0.0, <2, and helm/app/charts/common/Chart.yaml is 2.0.0",
    ]);
    expect(await refused("  - helm/app\n", common("1.5.0"))).toEqual([
      "helm/app/Chart.yaml:21 format.invalid the lock file has common 1.4.0, and helm/app/charts/common/Chart.yaml is 1.5.0",
    ]);
    const more = '  - { name: redis, version: "1", repository: "https://x" }\n  - { name: common, repository: "" }\n';
    expect(
      await refused("  - helm/app\n", {
        ...common("1.4.0"),
        "Chart.yaml": `${chart}${more}`,
        "charts/notes.txt": "no chart\n",
        "charts/_ignored/x": "",
      }),
    ).toEqual([
      "helm/app/charts/notes.txt:1 format.invalid helm/app/charts/notes.txt is no chart: it has no Chart.yaml",
      "helm/app/Chart.yaml:22 format.invalid helm/app/Chart.yaml lists redis, and charts/ does not hold it",
      "helm/app/Chart.yaml:23 format.invalid helm/app/Chart.yaml: two dependencies are called common",
    ]);
  });

  it("that hold more than Helm loads are refused", async () => {
    expect(await refused("  - helm/app\n", { "files/large": "x".repeat(5 * 1024 * 1024 + 1) })).toEqual([
      "slipway.yaml:8 plan.invalid helm/app/files/large has 5242881 bytes, and Helm loads no file over 5 MiB",
    ]);
  });

  it("say what helm lint would only warn of to those who ask for detail", async () => {
    writeChart(root, "helm/app", {
      "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\ndeprecated: true\nsurprise: 1\n",
    });
    const told: string[] = [];
    throwIfAny((await makeCharts(root, "  - helm/app\n", { told })).problems);
    expect(told).toEqual([
      'warning: helm/app/Chart.yaml: Helm knows no "surprise" (helm/app/Chart.yaml:6)',
      "info: helm/app/Chart.yaml: an icon is recommended (helm/app/Chart.yaml:1)",
      "warning: helm/app/Chart.yaml: the chart is deprecated (helm/app/Chart.yaml:5)",
      "warning: the chart has no templates",
      "info: the chart has no values.yaml",
    ]);
  });
});

it("the project may be the chart", async () => {
  writeChart(root, ".", { ...appChart, ".helmignore": "cache/\n" });
  const result = await makeCharts(root, "  - { folder: ., name: app }\n");
  throwIfAny(result.problems);
  expect([...(await membersOf(result.pathOf("chart/app"))).keys()]).toContain("app/templates/NOTES.txt");
});
