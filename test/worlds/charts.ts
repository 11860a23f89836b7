/** Charts made of text, planned from a config and packaged for real. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { compileTemplate } from "../../src/input/template/late.ts";
import { chartMaker } from "../../src/make/charts/maker.ts";
import type { Maker } from "../../src/make/maker.ts";
import type { KeyFacts, Signer } from "../../src/model/signer.ts";
import { planText } from "./planning.ts";
import { type Ran, runSteps } from "./running.ts";

export type ChartFiles = Readonly<Record<string, string | { readonly link: string }>>;

/** A chart with everything that charts have. */
export const appChart: ChartFiles = {
  "Chart.yaml": `apiVersion: v2
name: app
# What it is.
description: An app & its <parts>
type: application
version: 0.0.0 # by the release
appVersion: "0"
kubeVersion: ">=1.25.0-0"
home: https://example.com/app
icon: https://example.com/app.png
keywords: [app]
sources:
  - https://example.com/src
maintainers:
  - name: Ada
    email: ada@example.com
  - { name: Grace }
annotations:
  example.com/kept: "yes"
dependencies:
  - { name: common, version: ">=1.0.0, <2", repository: "file://../common" }
`,
  "Chart.lock": `dependencies:
- name: common
  repository: file://../common
  version: 1.4.0
digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
generated: "2026-01-30T12:00:00Z"
`,
  "values.yaml": `# Values of the app.
replicas: 1 # pods

image:
  repository: ghcr.io/acme/app
  tag: latest
  digest: ""
resources: {}
ingress:
  hosts:
    - host: app.example.com
      path: /
`,
  "values.schema.json": `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "properties": { "replicas": { "type": "integer", "minimum": 1 } }
}
`,
  ".helmignore": "# not in the chart\n*.md.bak\n/secret/\n.git/\n",
  "README.md": "# App\n",
  "README.md.bak": "old\n",
  LICENSE: "MIT\n",
  "secret/key": "hidden\n",
  "files/config.toml": "a = 1\n",
  "crds/widgets.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  names: { kind: Widget, plural: widgets }
  scope: Namespaced
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
`,
  "templates/_helpers.tpl": `{{- define "app.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag }}{{ end }}
{{- end }}
`,
  "templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "common.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: { app: {{ .Release.Name }} }
  template:
    metadata:
      labels: { app: {{ .Release.Name }} }
    spec:
      containers:
        - name: app
          image: {{ include "app.image" . | quote }}
          {{- with .Values.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
`,
  "templates/configmap.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  chart: {{ .Chart.Version | quote }}
  app: {{ .Chart.AppVersion | quote }}
  config.toml: |-
    {{- .Files.Get "files/config.toml" | nindent 4 }}
`,
  "templates/ingress.yaml": `{{- range $index, $host := .Values.ingress.hosts }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $.Release.Name }}-{{ $index }}
spec:
  rules:
    - host: {{ $host.host }}
      http:
        paths:
          - path: {{ $host.path }}
            pathType: Prefix
            backend: { service: { name: {{ $.Release.Name }}, port: { number: 80 } } }
{{- end }}
`,
  "templates/NOTES.txt": "{{ .Chart.Name }} {{ .Chart.AppVersion }} is there.\n",
  "templates/tests/test.yaml": `apiVersion: v1
kind: Pod
metadata: { name: "{{ .Release.Name }}-test", annotations: { helm.sh/hook: test } }
spec: { restartPolicy: Never, containers: [{ name: test, image: busybox }] }
`,
  "templates/.hidden.yaml": "never: there\n",
  "charts/common/Chart.yaml": "apiVersion: v2\nname: common\nversion: 1.4.0\ntype: library\n",
  "charts/common/templates/_labels.tpl": `{{- define "common.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
{{- end }}
`,
};

/** Writes a chart into a folder of a project; `undefined` leaves a file out. */
export function writeChart(
  root: string,
  folder: string,
  files: Readonly<Record<string, ChartFiles[string] | undefined>>,
): void {
  for (const [path, file] of Object.entries(files)) {
    if (file === undefined) continue;
    const at = join(root, folder, path);
    mkdirSync(join(at, ".."), { recursive: true });
    if (typeof file === "string") writeFileSync(at, file);
    else symlinkSync(file.link, at);
  }
}

export interface ChartOptions {
  readonly signer?: Signer;
  readonly env?: Readonly<Record<string, string>>;
  /** Filled with what people who ask for detail are told. */
  readonly told?: string[];
}

/** The digest of the image `cell0` of every config here. */
export const imageDigest = `sha256:${"ab".repeat(32)}`;

/** Plans the entries of `charts:` and packages them in `root`; an image `ghcr.io/acme/cell0` is there for their values. */
export async function makeCharts(root: string, entries: string, options: ChartOptions = {}): Promise<Ran> {
  const { signer, env = {}, told } = options;
  const keys: Record<string, KeyFacts> =
    signer === undefined
      ? {}
      : { release: { name: "release", method: signer.method, fingerprint: signer.fingerprint, keyName: "" } };
  const { steps } = planText(
    `slipway: 1\nproject: app\nbuilds: [{ fake: main, for: [linux/amd64] }]\narchives: []\nnotes: false\nimages: [{ name: ghcr.io/acme/cell0, base: scratch }]\ncharts:\n${entries}`,
    { facts: { keys, env } },
  );
  const wanted = steps.filter(({ section }) => section === "charts");
  const images = steps
    .filter(({ id }) => wanted.some(({ needs }) => needs.includes(id)))
    .map((step) => ({ ...step, needs: [] }));
  return runSteps(root, [...images, ...wanted], ({ section }) => (section === "charts" ? chartMaker : fakeImage), {
    env: { ...process.env, ...env },
    render: (source, scope, from) => compileTemplate(source, from, root).render(scope),
    openSigner: (name) =>
      signer === undefined ? Promise.reject(new Error(`no key ${name}`)) : Promise.resolve(signer),
    progress: { started: () => {}, detail: (_, line) => told?.push(line), ended: () => {} },
  });
}

/** Stands for what makes images: only the digest is looked at. */
const fakeImage: Maker = {
  kind: "oci",
  version: 1,
  async make({ outputs }, context) {
    const name = outputs[0]?.name ?? "";
    const made = await context.write(name, bytes());
    const names = [{ name: "ghcr.io/acme/cell0:v1.2.3", digest: imageDigest, rolling: "" }];
    return { made: [{ ...made, attributes: { digest: imageDigest, names } }], reads: [] };
  },
};

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("an image");
}
