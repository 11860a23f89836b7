/** Holds values against a JSON Schema, as Helm does with values.schema.json: drafts 4 to 2020-12, without looking at formats. */
import type { Ajv } from "ajv";

import type { Json, JsonObject } from "../../../model/json.ts";
import { isMap } from "../../../model/schema.ts";
import { formatPath } from "../../../model/value-path.ts";
import { adapted, draftOf } from "./drafts.ts";
import { BrokenSchema, flawsOf, type SchemaFlaw, UnknownSchema } from "./flaw.ts";
import { judgeOf, validatorFor } from "./validator.ts";

/**
 * What is wrong with a value. Throws {@link UnknownSchema} where it cannot be told, and {@link BrokenSchema} where no
 * value fits.
 */
export async function findSchemaFlaws(value: Json, schema: Json): Promise<readonly SchemaFlaw[]> {
  const draft = draftOf(schema);
  if (draft === undefined)
    throw new UnknownSchema(`$schema ${JSON.stringify(isMap(schema) ? schema["$schema"] : null)}`);
  const [judge, validator] = [await judgeOf(draft), await validatorFor(draft)];
  const errors = orBroken(() => {
    const own = adapted(schema, draft);
    checkSchema(own, judge);
    const check = validator.compile(own);
    check(value);
    return check.errors ?? [];
  });
  return flawsOf(value, errors);
}

/** Throws where it is no schema by its draft's own. */
function checkSchema(schema: Json, judge: Ajv): asserts schema is JsonObject | boolean {
  if (typeof schema !== "boolean" && !isMap(schema)) throw new BrokenSchema("is no map");
  void judge.validateSchema(schema);
  const [flaw] = flawsOf(schema, judge.errors ?? []);
  if (flaw !== undefined)
    throw new BrokenSchema([...(flaw.path.length === 0 ? [] : [formatPath(flaw.path)]), flaw.message].join(" "));
}

/** Whatever the library throws is the schema's fault. */
function orBroken<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof UnknownSchema || thrown instanceof BrokenSchema ? thrown : blamed(thrown);
  }
}

function blamed(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const cause = { cause: thrown };
  if (thrown instanceof RangeError) return new BrokenSchema("is too deep or too large, or leads in circles", cause);
  // The library's MissingRefError.
  const { missingRef, missingSchema } = thrown as { readonly missingRef?: string; readonly missingSchema?: string };
  if (missingRef === undefined) return new BrokenSchema(thrown.message, cause);
  const reference = `$ref ${JSON.stringify(missingRef)}`;
  return missingSchema === "" ? new BrokenSchema(`${reference} leads nowhere`, cause) : new UnknownSchema(reference);
}
