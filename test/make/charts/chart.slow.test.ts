/** Charts judged by Helm: its lint, what it renders of ours and of its own package, its verification, its registry client. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect } from "vitest";

import { throwIfAny } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import { appChart, imageDigest, makeCharts, writeChart } from "../../worlds/charts.ts";
import { gpgWorld, keyProject, makeKey } from "../../worlds/keys.ts";
import { conform } from "../../worlds/kubernetes.ts";
import { withRegistry } from "../../worlds/registry.ts";
import type { Ran } from "../../worlds/running.ts";
import { freshFolder } from "../runStep.ts";

let root = "";
beforeEach(async () => {
  root = await freshFolder();
  writeChart(root, "helm/app", appChart);
});

/** Runs a program in the project; Helm keeps what it remembers there too. */
function says(program: string, args: readonly string[]): string {
  const env = { ...process.env, HELM_CONFIG_HOME: join(root, ".helm"), HELM_CACHE_HOME: join(root, ".helm-cache") };
  return execFileSync(program, [...args], { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Puts what was made under its own name into a folder; gives the chart's path. */
function placed(result: Ran, names: readonly string[], folder = "ours"): string {
  throwIfAny(result.problems);
  mkdirSync(join(root, folder), { recursive: true });
  for (const name of names) copyFileSync(result.pathOf("chart/app", name), join(root, folder, name));
  return join(folder, names[0] ?? "");
}

const values = `
    values:
      image: { tag: "{{ tag }}", digest: "{{ images.cell0.digest }}" }
      replicas: 3
      resources.limits.cpu: 500m`;

describe("Helm", () => {
  needs("helm")("renders of our chart what it renders of its own package with the same values", async ({ helm }) => {
    const ours = placed(await makeCharts(root, `  - folder: helm/app${values}\n`), ["app-1.2.3.tgz"]);
    writeFileSync(
      join(root, "same.yaml"),
      JSON.stringify({
        image: { tag: "v1.2.3", digest: imageDigest },
        replicas: 3,
        resources: { limits: { cpu: "500m" } },
      }),
    );
    says(helm, ["package", "helm/app", "--version", "1.2.3", "--app-version", "1.2.3", "-d", "theirs"]);
    const theirs = "theirs/app-1.2.3.tgz";
    const rendered = says(helm, ["template", "demo", ours]);
    expect(rendered).toBe(says(helm, ["template", "demo", theirs, "-f", "same.yaml"]));
    expect(rendered).toContain(`image: "ghcr.io/acme/app@${imageDigest}"`);
    expect(says(helm, ["show", "chart", ours])).toBe(says(helm, ["show", "chart", theirs]));
    expect(says(helm, ["show", "crds", ours])).toBe(says(helm, ["show", "crds", theirs]));
    expect(listOf(ours)).toEqual(listOf(theirs));
    expect(says(helm, ["lint", "--strict", ours])).toContain("0 chart(s) failed");
    expect(differences(ours, theirs)).toEqual([
      // Helm writes these anew, without what their authors said in comments.
      "app/Chart.yaml",
      "app/charts/common/Chart.yaml",
      // Ours has the release's values.
      "app/values.yaml",
    ]);
  });

  needs(
    "helm",
    "kubeconform",
    "kubernetes-schemas",
  )("renders of it what Kubernetes takes", async ({ helm }) => {
    const ours = placed(await makeCharts(root, `  - folder: helm/app${values}\n`), ["app-1.2.3.tgz"]);
    const found = await conform(says(helm, ["template", "demo", ours]), root);
    expect(found.map(({ kind, status }) => `${kind} ${status}`).toSorted()).toEqual([
      "ConfigMap statusValid",
      "Deployment statusValid",
      "Ingress statusValid",
      "Pod statusValid",
    ]);
  });

  needs("helm")("takes a packed dependency as it was fetched", async ({ helm }) => {
    writeChart(root, "common", {
      "Chart.yaml": appChart["charts/common/Chart.yaml"],
      "templates/_labels.tpl": appChart["charts/common/templates/_labels.tpl"],
    });
    const files = Object.fromEntries(Object.entries(appChart).filter(([path]) => !path.startsWith("charts/")));
    writeChart(root, "packed/app", files);
    says(helm, ["package", "common", "-d", "packed/app/charts"]);
    const ours = placed(await makeCharts(root, "  - packed/app\n"), ["app-1.2.3.tgz"]);
    expect(listOf(ours)).toContain("app/charts/common-1.4.0.tgz");
    expect(says(helm, ["template", "demo", ours])).toContain("app.kubernetes.io/name: app");
    expect(says(helm, ["lint", "--strict", ours])).toContain("0 chart(s) failed");
  });

  needs("helm", "gpg")(
    "verifies our provenance by the key, and no other chart by it",
    async ({ helm, gpg: program }) => {
      const gpg = gpgWorld(program);
      const project = keyProject();
      try {
        for (const algorithm of ["rsa2048", "ed25519"]) {
          makeKey(gpg, algorithm, algorithm);
          project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", algorithm]));
          const signer = await project.openpgp("{ openpgp: file:key.asc }");
          const entry = `  - { folder: helm/app, sign: release, file: "app_{{ chartVersion }}" }\n`;
          const ours = placed(
            await makeCharts(root, entry, { signer }),
            ["app_1.2.3.tgz", "app_1.2.3.tgz.prov"],
            algorithm,
          );
          writeFileSync(join(root, "ring.gpg"), gpg.run(["--export", algorithm]));
          const verify = (chart: string): string => says(helm, ["verify", chart, "--keyring", "ring.gpg"]);
          expect(verify(ours)).toContain(`<${algorithm}@example.com>`);
          // Under the name that Helm gives what it pulls.
          for (const ending of ["", ".prov"])
            copyFileSync(join(root, `${ours}${ending}`), join(root, `app-1.2.3.tgz${ending}`));
          expect(verify("app-1.2.3.tgz")).toContain("Chart Hash Verified: sha256:");
          const bytes = readFileSync(join(root, ours));
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
          writeFileSync(join(root, "app-1.2.3.tgz"), bytes);
          expect(() => verify("app-1.2.3.tgz")).toThrow("sha256 sum does not match");
          gpg.run(["--armor", "--export", algorithm]);
          expect(gpg.run(["--verify", join(root, `${ours}.prov`)]).toString()).toBe("");
        }
      } finally {
        gpg.close();
        project.close();
      }
    },
  );

  needs(
    "helm",
    "gpg",
    "skopeo",
    "docker-registry",
  )(
    "pulls and verifies what a registry was given, and pushes the same config itself",
    async ({ helm, gpg: program, skopeo }) => {
      const gpg = gpgWorld(program);
      const project = keyProject();
      makeKey(gpg, "ada", "ed25519");
      project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", "ada"]));
      writeFileSync(join(root, "ring.gpg"), gpg.run(["--export", "ada"]));
      try {
        const signer = await project.openpgp("{ openpgp: file:key.asc }");
        await withRegistry("docker-registry", async ({ host, url }) => {
          const entry = `  - { folder: helm/app, version: 1.2.3+b.1, sign: release, push: "oci://${host}/ours" }\n`;
          const names = ["app-1.2.3+b.1_chart.tar", "app-1.2.3+b.1.tgz", "app-1.2.3+b.1.tgz.prov"];
          const archive = placed(await makeCharts(root, entry, { signer }), names);
          const to = `docker://${host}/ours/app:1.2.3_b.1`;
          says(skopeo, ["copy", "--dest-tls-verify=false", `oci-archive:${archive}`, to]);
          const pull = ["pull", `oci://${host}/ours/app`, "--version", "1.2.3+b.1", "--plain-http"];
          says(helm, [...pull, "--verify", "--keyring", "ring.gpg"]);
          expect(readFileSync(join(root, "app-1.2.3+b.1.tgz"))).toEqual(
            readFileSync(join(root, "ours/app-1.2.3+b.1.tgz")),
          );
          says(helm, ["push", "ours/app-1.2.3+b.1.tgz", `oci://${host}/theirs`, "--plain-http"]);
          const [ours, theirs] = await Promise.all([manifestOf(url, "ours"), manifestOf(url, "theirs")]);
          const { "org.opencontainers.image.created": created, ...annotations } = ours.annotations;
          expect(created).toBe("2023-11-14T22:13:20Z");
          expect({ ...ours, annotations }).toEqual({
            ...theirs,
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            annotations: Object.fromEntries(
              Object.entries(theirs.annotations).filter(([key]) => !key.endsWith(".created")),
            ),
          });
        });
      } finally {
        gpg.close();
        project.close();
      }
    },
  );

  needs("helm")(
    "refuses what we refuse, and lets through what we let through",
    async ({ helm }) => {
      const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
        "an unended if": { "templates/a.yaml": "{{ if .x }}\n" },
        "an open action": { "templates/a.yaml": "{{ .x }\n" },
        "an end of nothing": { "templates/a.yaml": "{{ end }}\n" },
        "a string over lines": { "templates/a.yaml": '{{ "a\n" }}\n' },
        "an ending": { "templates/a.json": "{}\n" },
        "a CRD that is none": { "crds/a.yaml": "apiVersion: v1\nkind: ConfigMap\n" },
        "no YAML in crds": { "crds/a.yaml": "a: [\n" },
        "values that are a list": { "values.yaml": "- 1\n" },
        "a schema that is no JSON": { "values.schema.json": "{" },
        "a type": { "Chart.yaml": "apiVersion: v2\nname: bad\nversion: 1.0.0\ntype: other\n" },
        "an API version": { "Chart.yaml": "apiVersion: v3x\nname: bad\nversion: 1.0.0\n" },
        "a maintainer without a name": {
          "Chart.yaml": "apiVersion: v2\nname: bad\nversion: 1.0.0\nmaintainers: [{ email: a@b.c }]\n",
        },
        "a dependency that is not there": {
          "Chart.yaml":
            'apiVersion: v2\nname: bad\nversion: 1.0.0\ndependencies: [{ name: x, version: "1", repository: "https://x" }]\n',
        },
        "dependencies of v1": {
          "Chart.yaml":
            'apiVersion: v1\nname: bad\nversion: 1.0.0\ndependencies: [{ name: x, version: "1", repository: "https://x" }]\n',
        },
        "a file in charts": { "charts/README.md": "text\n" },
        "a file called crds": { crds: "text\n" },
        "a rule of .helmignore": { ".helmignore": "a/**\n" },
      };
      const sound: typeof broken = {
        "raw strings and comments": {
          "templates/a.yaml": '{{/* {{ if }} */}}\n# {{ `{{ if }}` }}\na: {{ "}}" | quote }}\n',
        },
        "blocks in blocks": {
          "templates/a.yaml":
            "{{- range $i := until 2 }}{{ if $i }}\na: 1\n{{ else }}{{ with 1 }}{{ end }}{{ end }}{{ end }}\n",
        },
        "numbers and truths for texts": {
          "Chart.yaml":
            'apiVersion: v2\nname: bad\nversion: 1.0.0\nkeywords: [1, yes]\ndeprecated: yes\nannotations: { a: true, b: 1.10 }\ndependencies: [{ name: x, version: 1.2, repository: "" }]\n',
          "charts/x/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.2.0\n",
          "values.yaml": "on: off\n",
          "values.schema.json": '{ "properties": { "on": { "type": "boolean" } } }',
        },
        "a chart of v1": { "Chart.yaml": "apiVersion: v1\nname: bad\nversion: 1.0.0\n" },
        "nothing but Chart.yaml": {},
        "several CRDs and empty documents": {
          "crds/a.yaml":
            "---\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a }\n---\n",
        },
        "requirements.yaml": {
          "requirements.yaml": 'dependencies: [{ name: x, version: "1.x", repository: "https://x" }]\n',
          "charts/x/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.2.0\n",
        },
        "an empty values.yaml": { "values.yaml": "# nothing\n" },
      };
      const verdicts = async (cases: typeof broken): Promise<Readonly<Record<string, readonly boolean[]>>> => {
        const all = Object.entries(cases).map(async ([name, files]) => {
          const own = await freshFolder();
          writeChart(own, "bad", { "Chart.yaml": "apiVersion: v2\nname: bad\nversion: 1.0.0\n", ...files });
          const { problems } = await makeCharts(own, "  - bad\n");
          return [name, [problems.length === 0, isSound(helm, join(own, "bad"))]] as const;
        });
        return Object.fromEntries(await Promise.all(all));
      };
      const expected = (cases: typeof broken, verdict: boolean) =>
        Object.fromEntries(Object.keys(cases).map((name) => [name, [verdict, verdict]]));
      expect(await verdicts(broken)).toEqual(expected(broken, false));
      expect(await verdicts(sound)).toEqual(expected(sound, true));
    },
    60_000,
  );
});

/** Whether Helm lints and packages it. */
function isSound(helm: string, chart: string): boolean {
  try {
    says(helm, ["lint", chart]);
    says(helm, ["package", chart, "-d", join(chart, "..", "out")]);
    return true;
  } catch {
    return false;
  }
}

/** Paths whose bytes differ between two charts with the same files. */
function differences(one: string, other: string): readonly string[] {
  const read = (chart: string, path: string): string => says("tar", ["xOzf", chart, path]);
  return listOf(one).filter((path) => read(one, path) !== read(other, path));
}

/** Its members, in no order. */
function listOf(chart: string): readonly string[] {
  return says("tar", ["tzf", chart]).trim().split("\n").toSorted();
}

async function manifestOf(url: string, repository: string) {
  const response = await fetch(`${url}/v2/${repository}/app/manifests/1.2.3_b.1`, {
    headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
  });
  return (await response.json()) as { readonly annotations: Readonly<Record<string, string>> };
}
