/** Keywords of JSON Schema about any value, numbers and texts (validation, 6.1 to 6.3). */
import type { Json, JsonObject } from "../../../model/json.ts";
import { isEqual, isList, type Keyword, type Keywords, listOf, patternOf, textsOf, when } from "./keyword.ts";

export const scalarKeywords: Keywords = {
  type(value, keyword) {
    const types = isList(keyword) ? keyword : [keyword];
    return when(
      !types.some((type) => isOfType(value, type)),
      `is ${typeOf(value)}, not ${textsOf(types).join(" or ")}`,
    );
  },
  enum: (value, keyword) =>
    when(!listOf(keyword).some((one) => isEqual(one, value)), `is none of ${JSON.stringify(keyword)}`),
  const: (value, keyword) => when(!isEqual(value, keyword), `is not ${JSON.stringify(keyword)}`),

  // Draft 4 has true where later drafts have the number itself.
  minimum: number(
    (value, least, schema) => value < least || (schema["exclusiveMinimum"] === true && value === least),
    "is less than",
  ),
  maximum: number(
    (value, most, schema) => value > most || (schema["exclusiveMaximum"] === true && value === most),
    "is more than",
  ),
  exclusiveMinimum: number((value, least) => value <= least, "is not more than"),
  exclusiveMaximum: number((value, most) => value >= most, "is not less than"),
  multipleOf: number((value, step) => !isMultiple(value, step), "is no multiple of"),

  minLength: text((value, least) => lettersIn(value) < Number(least), "has fewer letters than"),
  maxLength: text((value, most) => lettersIn(value) > Number(most), "has more letters than"),
  pattern: text((value, pattern) => !patternOf(pattern).test(value), "does not match"),
};

function number(isWrong: (value: number, keyword: number, schema: JsonObject) => boolean, message: string): Keyword {
  return (value, keyword, schema) =>
    when(
      typeof value === "number" && typeof keyword === "number" && isWrong(value, keyword, schema),
      `${message} ${JSON.stringify(keyword)}`,
    );
}

function text(isWrong: (value: string, keyword: Json) => boolean, message: string): Keyword {
  return (value, keyword) =>
    when(typeof value === "string" && isWrong(value, keyword), `${message} ${JSON.stringify(keyword)}`);
}

/** Code points (validation, 6.3.1). */
function lettersIn(value: string): number {
  return Array.from(value).length;
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function isOfType(value: Json, type: Json): boolean {
  return typeOf(value) === type || (type === "number" && typeof value === "number");
}

/** Within what doubles can tell. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}
