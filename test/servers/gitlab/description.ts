/** Holds requests and answers against what GitLab's documentation says. */
import { Ajv, type ValidateFunction } from "ajv";

import { projectOperations } from "./described-projects.ts";
import { operations as releaseOperations } from "./described-releases.ts";
import { object, refusals } from "./schemas.ts";

const operations = { ...releaseOperations, ...projectOperations };

export interface Exchange {
  readonly method: string;
  /** Behind `/api/v4`. */
  readonly url: URL;
  readonly body: Buffer;
  readonly status: number;
  readonly answer: string;
}

const ajv = new Ajv({ strict: false, allErrors: true });
const compiled = new Map<object, ValidateFunction>();

/** What in a request and its answer the documentation does not say; empty where it says all of it. */
export function undocumented({ method, url, body, status, answer }: Exchange): readonly string[] {
  const name = `${method} ${url.pathname}`;
  const [, operation] = Object.entries(operations)
    .filter(([pattern]) => new RegExp(`^${pattern.replaceAll("*", "[^/]+")}$`).test(name))
    .toSorted(([one], [other]) => one.split("*").length - other.split("*").length)[0] ?? [undefined, undefined];
  if (operation === undefined) return [`${name}: no page says that there is such a request`];
  const said = { ...refusals, ...operation.answers }[status];
  if (said === undefined) return [`${name}: ${operation.page} says nothing of status ${status}`];
  const json = (bytes: string): unknown => (bytes === "" ? undefined : JSON.parse(bytes));
  return [
    ...wrong(`${name}, query`, operation.query ?? object({}), Object.fromEntries(url.searchParams)),
    ...(operation.body === "bytes"
      ? []
      : body.length === 0
        ? []
        : wrong(`${name}, body`, operation.body ?? { not: {} }, json(body.toString()))),
    ...(said === true ? [] : wrong(`${name}, answer ${status}`, said, json(answer))),
  ];
}

function wrong(where: string, schema: object, value: unknown): readonly string[] {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (validate(value)) return [];
  return [`${where}: ${ajv.errorsText(validate.errors)}`];
}
