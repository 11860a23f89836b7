/** GitHub's public description of its REST API, which every request and answer of the fake is held against. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";

type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content | { readonly $ref: string }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Said {
  readonly method: string;
  /** As the description writes it: `/repos/{owner}/{repo}/releases`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined where there is none, or none that is JSON. */
  readonly body: unknown;
  readonly status: number;
  /** Undefined where there is none, or none that is JSON. */
  readonly answer: unknown;
}

/**
 * What the description says in words, and not in its schemas: what every operation may answer, and the state `starter` of what a
 * broken upload leaves behind ("This may leave an empty asset with a state of `starter`").
 */
const statusesOfAll: ReadonlySet<number> = new Set([401, 403, 404, 422, 429]);

let read: Description | undefined;
const validators = new Map<string, ValidateFunction>();
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

function description(): Description {
  const path = createRequire(import.meta.url).resolve("@octokit/openapi/package.json");
  return (read ??= JSON.parse(
    readFileSync(path.replace("package.json", "generated/api.github.com.json"), "utf8"),
  ) as Description);
}

/** An example of the description, for what a fake has to say and nobody looks at. */
export function example(name: string): unknown {
  const found = description().components["examples"]?.[name] as { readonly value: unknown } | undefined;
  if (found === undefined) throw new Error(`the description has no example ${name}`);
  return found.value;
}

/** What of a request and its answer the description does not know; empty where all is well. */
export function unknownTo({ method, path, query, body, status, answer }: Said): readonly string[] {
  const operation = description().paths[path]?.[method.toLowerCase()];
  if (operation === undefined) return [`${method} ${path} is no operation`];
  const at = `${method} ${path}`;
  return [
    ...unknownQuery(operation, query).map((words) => `${at}: ${words}`),
    ...unknownBody(operation, at, body).map((words) => `${at}: request${words}`),
    ...unknownAnswer(operation, at, status, answer).map((words) => `${at}: answer ${status}${words}`),
  ];
}

function unknownQuery({ parameters = [] }: Operation, query: URLSearchParams): readonly string[] {
  const known = parameters.map((one) => resolved(one) as Parameter).filter((one) => one.in === "query");
  const names = new Set(known.map(({ name }) => name));
  const strange = [...query.keys()].filter((name) => !names.has(name)).map((name) => `no parameter ${name}`);
  const missing = known.filter(({ name, required }) => required === true && !query.has(name));
  return [...strange, ...missing.map(({ name }) => `without the parameter ${name}`)];
}

function unknownBody({ requestBody }: Operation, at: string, body: unknown): readonly string[] {
  if (body === undefined) return [];
  const schema = requestBody?.content?.["application/json"]?.schema;
  if (schema === undefined) return [" has a body, which is not described"];
  return failures(`${at} request`, schema, body);
}

function unknownAnswer({ responses }: Operation, at: string, status: number, answer: unknown): readonly string[] {
  const described = responses[`${status}`];
  if (described === undefined) {
    const basic = (description().components["schemas"] as Record<string, Schema>)["basic-error"] ?? {};
    if (!statusesOfAll.has(status)) return [" is not described"];
    return status === 422 ? [] : failures("basic-error", basic, answer);
  }
  const { content } = resolved(described) as Content;
  const schema = content?.["application/json"]?.schema;
  if (schema === undefined || answer === undefined) return [];
  return failures(`${at} ${status}`, schema, answer);
}

function failures(name: string, schema: Schema, value: unknown): readonly string[] {
  const validate = validators.get(name) ?? ajv.compile(closed(schema, new Map(), false) as Schema);
  validators.set(name, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

function resolved(value: unknown): unknown {
  const ref = (value as { readonly $ref?: string }).$ref;
  if (ref === undefined) return value;
  const [, , kind = "", name = ""] = ref.split("/");
  return resolved(description().components[kind]?.[name]);
}

/**
 * OpenAPI 3.0 as JSON Schema: references followed, `nullable` spelt out, and objects closed, so that a property nobody described is
 * one too many. What is one part of several (`allOf`) stays open. Schemas that contain themselves end after a few rounds.
 */
function closed(schema: unknown, seen: ReadonlyMap<unknown, number>, isPart: boolean): unknown {
  const target = resolved(schema) as Schema;
  const rounds = seen.get(target) ?? 0;
  if (rounds > 1) return {};
  const inner = new Map(seen).set(target, rounds + 1);
  const {
    nullable,
    properties,
    items,
    allOf,
    anyOf,
    oneOf,
    additionalProperties,
    enum: values,
    type,
    required,
  } = target;
  const all = (list: unknown, parts: boolean): unknown =>
    Array.isArray(list) ? list.map((one) => closed(one, inner, parts)) : undefined;
  const isComposed = allOf !== undefined || anyOf !== undefined || oneOf !== undefined;
  const made = withoutUndefined({
    type,
    required,
    enum:
      Array.isArray(values) && values.includes("open") && values.includes("uploaded") ? [...values, "starter"] : values,
    properties:
      typeof properties === "object" && properties !== null
        ? Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, closed(one, inner, false)]))
        : undefined,
    items: items === undefined ? undefined : closed(items, inner, false),
    allOf: all(allOf, true),
    // Alternatives of the description overlap.
    anyOf: all(anyOf ?? oneOf, isPart || properties !== undefined),
    additionalProperties:
      typeof additionalProperties === "object"
        ? closed(additionalProperties, inner, false)
        : (additionalProperties ?? (properties !== undefined && !isPart && !isComposed ? false : undefined)),
  });
  return nullable === true ? { anyOf: [{ type: "null" }, made] } : made;
}

function withoutUndefined(object: Schema): Schema {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
