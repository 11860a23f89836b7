/** Holds the values of a release against the chart's values.schema.json. */
import { isNode } from "yaml";

import type { Json } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { formatPath } from "../../model/value-path.ts";
import type { MakeContext } from "../maker.ts";
import { type ChartFile, textOf } from "./folder.ts";
import type { FilledOverride } from "./overrides.ts";
import { findSchemaFlaws } from "./schema/check.ts";
import { BrokenSchema, type SchemaFlaw, UnknownSchema } from "./schema/flaw.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

/**
 * One Problem for each value that does not fit, at the config's line where it was set there, or one for a schema that is
 * none. None where the schema is no JSON, which others tell, or says what is not known here, which is told to who asks for
 * detail.
 */
export async function checkValues(
  values: { readonly text: string; readonly file: string },
  schema: ChartFile | undefined,
  overrides: readonly FilledOverride[],
  { log }: Pick<MakeContext, "log">,
): Promise<readonly Problem[]> {
  const read = schema === undefined ? undefined : parsed(await textOf(schema));
  if (schema === undefined || read === undefined) return [];
  const yaml = readYaml(values.text, values.file);
  try {
    const flaws = await findSchemaFlaws((yaml.value ?? {}) as Json, read);
    return flaws.map((flaw) => problemOf(flaw, yaml, schema, overrides));
  } catch (thrown) {
    if (thrown instanceof BrokenSchema) return [brokenProblem(thrown, schema)];
    if (!(thrown instanceof UnknownSchema)) throw thrown;
    log(`info: ${values.file} was not held against ${schema.shown}, which has ${thrown.message}`);
    return [];
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function brokenProblem({ message }: BrokenSchema, { shown }: ChartFile): Problem {
  return new Problem("format.invalid", `${shown}: ${message}`, {
    place: { file: shown, line: 1, column: 1 },
    expected: "a JSON Schema",
  });
}

function problemOf(
  { path, message }: SchemaFlaw,
  { document, placeAt, file }: YamlFile,
  schema: ChartFile,
  overrides: readonly FilledOverride[],
): Problem {
  const set = overrides.find((override) => JSON.stringify(override.path) === JSON.stringify(path));
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const place = set?.place ?? placeAt(isNode(node) ? node.range?.[0] : undefined);
  return new Problem("format.invalid", `${path.length === 0 ? file : formatPath(path)} ${message}`, {
    place,
    expected: `what ${schema.shown} allows`,
  });
}
