/** What Kubernetes says of resources: kubeconform, by the schemas of a package, without a cluster or a network. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { judge } from "../judges.ts";
import { execute } from "./holder.ts";

/** One resource as kubeconform found it. */
export interface Conformed {
  readonly kind: string;
  readonly name: string;
  /** `statusValid`, `statusInvalid`, or `statusError` where there is no schema of its kind. */
  readonly status: string;
  readonly msg: string;
}

/**
 * Holds every resource of a YAML text against the schema of its kind, strictly. Needs the judges `kubeconform` and
 * `kubernetes-schemas`; `folder` is where their copies go, once for as many texts as there are.
 */
export async function conform(yaml: string, folder: string): Promise<readonly Conformed[]> {
  const schemas = schemasIn(join(folder, "kubernetes-schemas"));
  const file = join(folder, "resources.yaml");
  writeFileSync(file, yaml);
  const location = join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json");
  const words = ["-strict", "-verbose", "-output=json", `-schema-location=${location}`, file];
  const { stdout, stderr } = await execute(judge("kubeconform") ?? "", words, process.env);
  if (stderr !== "") throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly resources: readonly Conformed[] }).resources;
}

/** Copies of the schemas that refer to each other by file; as they are, they name a path of their website and a draft to download. */
function schemasIn(folder: string): string {
  if (mkdirSync(folder, { recursive: true }) === undefined) return folder;
  const package_ = join(dirname(judge("kubernetes-schemas") ?? ""), "site", "kubernetes_validate");
  const strict = join(package_, "kubernetes-json-schema", "v1.37.0-local-strict");
  for (const name of readdirSync(strict)) {
    const text = readFileSync(join(strict, name), "utf8")
      .replaceAll('"/api/_definitions.json', '"_definitions.json')
      .replace(/"\$schema": "https:[^"]*"/, '"$comment": ""');
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
