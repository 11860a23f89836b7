/** GitHub's public description of its REST API, which every request and answer of the fake is held against. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";

import { closed, type Schema } from "../openapi.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Content {
  readonly required?: boolean;
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
    ...unknownQuery(operation, at, query).map((words) => `${at}: ${words}`),
    ...unknownBody(operation, at, body).map((words) => `${at}: request${words}`),
    ...unknownAnswer(operation, at, status, answer).map((words) => `${at}: answer ${status}${words}`),
  ];
}

function unknownQuery({ parameters = [] }: Operation, at: string, query: URLSearchParams): readonly string[] {
  const known = parameters.map((one) => resolved(one) as Parameter).filter((one) => one.in === "query");
  const names = new Set(known.map(({ name }) => name));
  const strange = [...query.keys()].filter((name) => !names.has(name)).map((name) => `no parameter ${name}`);
  const missing = known.filter(({ name, required }) => required === true && !query.has(name));
  const wrong = known.flatMap(({ name, schema = {} }) =>
    query
      .getAll(name)
      .flatMap((text) => failures(`${at} parameter ${name}`, schema, valueOf(text, schema)))
      .map((words) => `${name}${words}`),
  );
  return [
    ...strange,
    ...missing.map(({ name }) => `without the parameter ${name}`),
    ...wrong.map((words) => `parameter ${words}`),
    // It says so in words; more than that is no error, and is not answered either.
    ...(Number(query.get("per_page") ?? 1) > 100 ? ["per_page is more than 100"] : []),
  ];
}

function valueOf(text: string, { type }: Schema): unknown {
  if (type === "integer" || type === "number") return /^-?\d+$/.test(text) ? Number(text) : text;
  return type === "boolean" && /^(true|false)$/.test(text) ? text === "true" : text;
}

function unknownBody({ requestBody }: Operation, at: string, body: unknown): readonly string[] {
  const isJson = requestBody?.content?.["application/json"] !== undefined;
  if (body === undefined) return isJson && requestBody.required === true ? [" has no body"] : [];
  const schema = requestBody?.content?.["application/json"]?.schema;
  if (schema === undefined) return [" has a body, which is not described"];
  return failures(`${at} request`, schema, body);
}

function unknownAnswer({ responses }: Operation, at: string, status: number, answer: unknown): readonly string[] {
  const described = responses[`${status}`];
  if (described === undefined && !statusesOfAll.has(status)) return [" is not described"];
  const { content } = resolved(described ?? {}) as Content;
  const schema = content?.["application/json"]?.schema;
  if (schema === undefined && status >= 400) return failures("refusal", anyRefusal(), answer);
  if (schema === undefined) return answer === undefined ? [] : [" has a body, which is not described"];
  if (answer === undefined) return status < 300 ? [" has no body"] : [];
  return failures(`${at} ${status}`, schema, answer);
}

function named(name: string): Schema {
  return (description().components["schemas"] as Readonly<Record<string, Schema>>)[name] ?? {};
}

/** What is answered where something is refused. */
function anyRefusal(): Schema {
  return { anyOf: ["basic-error", "validation-error", "validation-error-simple"].map(named) };
}

function failures(name: string, schema: Schema, value: unknown): readonly string[] {
  const validate = validators.get(name) ?? ajv.compile(closed(schema, { resolved, values }));
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

/** The states of a file, and the one that is only told in words. */
function values(listed: readonly unknown[]): readonly unknown[] {
  return listed.includes("open") && listed.includes("uploaded") ? [...listed, "starter"] : listed;
}
