/** Helm's provenance file: what is in a chart and its digest, signed (helm, pkg/provenance). */
import { stringify } from "yaml";

import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { Signer } from "../../model/signer.ts";

export interface Packaged {
  /** As Helm's metadata. */
  readonly metadata: JsonObject;
  /** File names it may lie under, all of the same bytes. */
  readonly names: readonly string[];
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What is signed: the metadata, `...`, and the file's digest under each of its names. */
function provenanceText({ metadata, names, sha256 }: Packaged): string {
  const files = Object.fromEntries(names.map((name) => [name, `sha256:${sha256}`]));
  return `${yamlOf(metadata)}\n...\n${yamlOf({ files })}`;
}

/** Sorted, quoted where YAML 1.1 would read something else, nothing folded: lines stay as they are when they are signed. */
function yamlOf(value: JsonObject): string {
  return stringify(value, { version: "1.1", sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

/** The provenance file; `time` is the release's clock. Fails with `key.invalid` for a key that is none of OpenPGP. */
export async function writeProvenance(packaged: Packaged, signer: Signer, time: number): Promise<string> {
  if (signer.method !== "openpgp")
    throw new Problem("key.invalid", `the key ${signer.name} cannot sign a chart`, { expected: "an OpenPGP key" });
  return signer.clearsigned(provenanceText(packaged), { time });
}
