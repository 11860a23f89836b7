/** What GitLab's documentation says of requests and answers, as JSON Schemas; each operation names the page it was written from. */
import { Ajv, type ValidateFunction } from "ajv";

const text = { type: "string" } as const;
const number = { type: "integer" } as const;
const maybeText = { type: ["string", "null"] } as const;
const time = {
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$",
} as const;
const linkType = { enum: ["other", "runbook", "image", "package"] } as const;

function object(properties: object, required: readonly string[] = Object.keys(properties), isOpen = false): object {
  return { type: "object", properties, required, additionalProperties: isOpen };
}
const list = (items: object): object => ({ type: "array", items });

const link = object({ id: number, name: text, url: text, direct_asset_url: text, link_type: linkType }, [
  "id",
  "name",
  "url",
  "link_type",
]);
const newLink = object({ name: text, url: text, direct_asset_path: text, link_type: linkType }, ["name", "url"]);
const release = object(
  {
    tag_name: text,
    name: text,
    description: maybeText,
    created_at: time,
    released_at: time,
    upcoming_release: { type: "boolean" },
    commit: object({ id: text, short_id: text, title: text }, ["id"], true),
    milestones: list(object({ title: text }, ["title"], true)),
    assets: object({ count: number, sources: list(object({ format: text, url: text })), links: list(link) }),
  },
  ["tag_name", "name", "created_at", "released_at", "commit", "assets"],
);
const newRelease = object(
  {
    tag_name: text,
    tag_message: text,
    name: text,
    description: text,
    ref: text,
    milestones: list(text),
    assets: object({ links: list(newLink) }),
    released_at: time,
  },
  ["tag_name"],
);
const file = object(
  {
    id: number,
    package_id: number,
    created_at: time,
    file_name: text,
    size: number,
    file_md5: maybeText,
    file_sha1: maybeText,
    file_sha256: maybeText,
  },
  ["id", "package_id", "created_at", "file_name", "size"],
  true,
);
const pack = object(
  { id: number, name: text, version: text, package_type: text, status: text, created_at: time },
  ["id", "name", "package_type"],
  true,
);
const access = { anyOf: [{ type: "null" }, object({ access_level: number }, ["access_level"], true)] };
const paged = {
  page: { type: "string", pattern: "^\\d+$" },
  per_page: { type: "string", pattern: "^([1-9]\\d?|100)$" },
};
const refusal = { type: "object", anyOf: [{ required: ["message"] }, { required: ["error"] }] };
const refusals: Operation["answers"] = { 400: refusal, 401: refusal, 403: refusal, 404: refusal, 429: true };

interface Operation {
  /** The page that says so. */
  readonly page: string;
  readonly query?: object;
  readonly body?: object | "bytes";
  /** Schemas by status; true: bytes, or nothing. */
  readonly answers: Readonly<Record<number, object | true>>;
}

const releases = "https://docs.gitlab.com/api/releases/";
const links = "https://docs.gitlab.com/api/releases/links/";
const packages = "https://docs.gitlab.com/api/packages/";
const generic = "https://docs.gitlab.com/user/packages/generic_packages/";

/** By method and path, where `*` is one part of it. */
export const operations: Readonly<Record<string, Operation>> = {
  "GET /version": {
    page: "https://docs.gitlab.com/api/version/",
    answers: { 200: object({ version: text, revision: text }) },
  },
  "GET /job": { page: "https://docs.gitlab.com/api/jobs/", answers: { 200: object({ id: number }, ["id"], true) } },
  "GET /personal_access_tokens/self": {
    page: "https://docs.gitlab.com/api/personal_access_tokens/",
    answers: {
      200: object(
        {
          id: number,
          name: text,
          revoked: { type: "boolean" },
          active: { type: "boolean" },
          scopes: list(text),
          expires_at: maybeText,
        },
        undefined,
        true,
      ),
    },
  },
  "GET /projects/*": {
    page: "https://docs.gitlab.com/api/projects/",
    answers: {
      200: object(
        {
          id: number,
          path_with_namespace: text,
          permissions: object({ project_access: access, group_access: access }),
        },
        ["id", "path_with_namespace"],
        true,
      ),
    },
  },
  "GET /projects/*/repository/tags/*": {
    page: "https://docs.gitlab.com/api/tags/",
    answers: { 200: object({ name: text, commit: object({ id: text }, ["id"], true) }, undefined, true) },
  },
  "DELETE /projects/*/repository/tags/*": { page: "https://docs.gitlab.com/api/tags/", answers: { 204: true } },
  "GET /projects/*/repository/commits/*": {
    page: "https://docs.gitlab.com/api/commits/",
    answers: { 200: object({ id: text }, ["id"], true) },
  },
  "GET /projects/*/releases/*": { page: releases, answers: { 200: release } },
  "GET /projects/*/releases/permalink/latest": { page: releases, answers: { 302: true } },
  "POST /projects/*/releases": {
    page: releases,
    body: newRelease,
    answers: { 201: release, 409: refusal, 422: refusal },
  },
  "PUT /projects/*/releases/*": {
    page: releases,
    body: object({ name: text, description: text, milestones: list(text), released_at: time }, []),
    answers: { 200: release },
  },
  "DELETE /projects/*/releases/*": { page: releases, answers: { 200: release } },
  "GET /projects/*/releases/*/downloads/*": { page: releases, answers: { 302: true } },
  "GET /projects/*/releases/*/assets/links": { page: links, query: object(paged, []), answers: { 200: list(link) } },
  "POST /projects/*/releases/*/assets/links": { page: links, body: newLink, answers: { 201: link } },
  "DELETE /projects/*/releases/*/assets/links/*": { page: links, answers: { 200: link } },
  "GET /projects/*/packages": {
    page: packages,
    query: object(
      {
        ...paged,
        package_type: text,
        package_name: text,
        package_version: text,
        status: { enum: ["default", "hidden", "processing", "error", "pending_destruction", "deprecated"] },
      },
      [],
    ),
    answers: { 200: list(pack) },
  },
  "DELETE /projects/*/packages/*": { page: packages, answers: { 204: true } },
  "GET /projects/*/packages/*/package_files": {
    page: packages,
    query: object(paged, []),
    answers: { 200: list(file) },
  },
  "DELETE /projects/*/packages/*/package_files/*": { page: packages, answers: { 204: true } },
  "PUT /projects/*/packages/generic/*/*/*": {
    page: generic,
    query: object({ status: { enum: ["default", "hidden"] }, select: { const: "package_file" } }, []),
    body: "bytes",
    answers: { 200: file, 201: { anyOf: [file, object({ message: text })] } },
  },
  "GET /projects/*/packages/generic/*/*/*": { page: generic, answers: { 200: true, 302: true } },
};

export interface Exchange {
  readonly method: string;
  /** Behind `/api/v4`. */
  readonly url: URL;
  readonly body: Buffer;
  readonly status: number;
  readonly answer: string;
}

const ajv = new Ajv({ strict: false });
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
