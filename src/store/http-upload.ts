/** The http store: files sent to an address of their own by PUT or POST, and registries of packages that take them so. */
import { z } from "zod";

import { digestOfHex } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { scalarTemplate, secretName, template } from "../model/schema.ts";
import { renderText, type Scope, type Template, type Text } from "../model/template.ts";
import { decidedSchema, type HttpOptions } from "./http-upload/options.ts";
import { presets, registryNames } from "./http-upload/presets.ts";
import { turnOf } from "./http-upload/turn.ts";
import type { OpenableStore } from "./kind.ts";

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "expected the name of a header");

export const http: OpenableStore<HttpOptions> = {
  kind: "http",
  summary: "Uploads by PUT or POST: Artifactory, Nexus, WebDAV, and the package registries of Gitea and Forgejo.",
  example: `stores:
  artifactory:
    http: https://artifactory.example.com/artifactory/tools/{{ tag }}/{{ artifact }}
    token: env:ARTIFACTORY_TOKEN
    checksumHeaders: true
    delete: true
  apt:
    http: https://gitea.example.com/api/packages/acme
    packages: debian
    repository: stable/main
    username: acme-bot
    password: env:GITEA_TOKEN
`,
  primary: "http",
  schema: z
    .strictObject({
      http: template(
        "address that a file is sent to, with `{{ artifact }}` in it; without, its name is put behind it; with `packages`, that of its owner's: `https://gitea.example.com/api/packages/acme`",
        ["artifact"],
      ),
      packages: z
        .enum(registryNames)
        .optional()
        .describe("registry of packages, as Gitea and Forgejo have them; it takes its own packages and nothing else"),
      repository: template(
        `what the registry divides its packages by: ${registryNames
          .map((name) => (presets[name].repository === undefined ? "" : `${name}: ${presets[name].repository}`))
          .filter((text) => text !== "")
          .join("; ")}`,
      ).optional(),
      method: z.enum(["PUT", "POST"]).optional().describe("left out: `PUT`, and `POST` with `form`"),
      username: scalarTemplate("who is let in, with `password`").optional(),
      password: secretName("where the password is, or a token that stands in its place").optional(),
      token: secretName("where the token is, which is sent as `Authorization: Bearer`").optional(),
      tokenHeader: headerName.optional().describe("header that the token is sent in instead: `X-JFrog-Art-Api`"),
      headers: z
        .record(headerName, scalarTemplate("value"))
        .optional()
        .describe("headers that are sent besides; the operator's environment may stand in them"),
      checksumHeaders: z
        .boolean()
        .optional()
        .describe("whether `X-Checksum-Sha256` is sent, which Artifactory checks what arrived by"),
      form: template(
        "field of a form (multipart/form-data) that the file is sent in; left out: it is the body",
      ).optional(),
      fields: z
        .record(z.string().min(1), template("value", ["artifact"]))
        .optional()
        .describe("further fields of that form"),
      existing: z
        .enum(["refuse", "replace"])
        .default("refuse")
        .describe("what to do where other bytes stand there: `refuse` (the default) or `replace`"),
      url: template("address that a file is read at, with `{{ artifact }}` in it; left out: `http`", [
        "artifact",
      ]).optional(),
      delete: z
        .boolean()
        .optional()
        .describe(
          "whether files can be taken away by DELETE; without it, and without `packages`, they are sent last of all, since nothing can be taken back",
        ),
      ca: template("PEM file with certificates that are trusted besides; relative to the project").optional(),
      insecure: z.boolean().optional().describe("whether plain HTTP may be spoken to other machines than this one"),
    })
    .superRefine((options, context) => {
      const refuse = (path: string, message: string): void =>
        context.addIssue({ code: "custom", path: [path], message, input: options });
      const { username, password, token, tokenHeader, packages, repository, form, fields, method, url } = options;
      if ((username === undefined) !== (password === undefined))
        refuse(
          username === undefined ? "password" : "username",
          "expected `username` and `password` together, or neither",
        );
      if (token !== undefined && password !== undefined) refuse("token", "expected a token or a password, not both");
      if (tokenHeader !== undefined && token === undefined) refuse("tokenHeader", "expected a `token` with it");
      if (fields !== undefined && form === undefined) refuse("fields", "expected `form` with it");
      if (packages === undefined && repository !== undefined) refuse("repository", "expected `packages` with it");
      if (packages === undefined && url === undefined && (form !== undefined || method === "POST"))
        refuse(
          form === undefined ? "method" : "form",
          "expected `url` with it: where files are read, which is elsewhere than where they are sent",
        );
      for (const [name, value] of Object.entries({ method, form, url }))
        if (packages !== undefined && value !== undefined) refuse(name, "expected nothing: the registry has its own");
    }),
  turnOf: (options) => turnOf(decidedSchema.parse(options)),
  decide({ options, place }, scope): JsonObject {
    const rendered = (one: Template | undefined): string => one?.render(scope).trim() ?? "";
    const { packages: registry, password, token } = options;
    const method = options.method ?? (options.form === undefined ? "PUT" : "POST");
    return {
      address: addressOf(options.http, scope, { place, kept: registry !== undefined, named: method === "PUT" }),
      ...(registry === undefined ? {} : { registry }),
      repository: rendered(options.repository),
      method: registry === undefined ? method : presets[registry].method,
      username: rendered(options.username),
      ...(password === undefined ? {} : { password }),
      ...(token === undefined ? {} : { token }),
      tokenHeader: options.tokenHeader?.toLowerCase() ?? "",
      headers: texts(options.headers, scope),
      checksumHeaders: options.checksumHeaders === true,
      form: rendered(options.form),
      fields: texts(options.fields, scope),
      existing: options.existing,
      ...(options.url === undefined ? {} : { url: addressOf(options.url, scope, { place, kept: false, named: true }) }),
      delete: options.delete === true,
      ca: rendered(options.ca),
      insecure: options.insecure === true,
    };
  },
  async open(options, context) {
    const { openHttpStore } = await import("./http-upload/open.ts");
    return openHttpStore(decidedSchema.parse(options), context);
  },
  async probe(options, context, expected) {
    const [{ openHttpStore }, { probeUploads }] = await Promise.all([
      import("./http-upload/open.ts"),
      import("./http-upload/probe.ts"),
    ]);
    const artifacts = expected.map((each) => ({ ...each, digest: digestOfHex("0".repeat(64)), size: 0, refs: [] }));
    const decided = decidedSchema.parse(options);
    const store = await openHttpStore(decided, { ...context, artifacts });
    try {
      return await probeUploads(store, { artifacts, existing: decided.existing, about: context.about });
    } finally {
      await store.close();
    }
  },
};

function texts(written: Readonly<Record<string, Template>> | undefined, scope: Scope): JsonObject {
  return Object.fromEntries(Object.entries(written ?? {}).map(([name, one]) => [name, renderText(one, scope)]));
}

/**
 * Only the name may decide where a file lies: it has to be found again by it. `kept`: a registry has paths of its
 * own below it. `named`: else the name is put behind, where it stands nowhere. */
function addressOf(
  written: Template,
  scope: Scope,
  { place, kept, named }: { readonly place: Problem["place"]; readonly kept: boolean; readonly named: boolean },
): Text {
  const refuse = (expected: string): never => {
    const where = { place: written.place ?? place, expected };
    throw new Problem("plan.invalid", `"${written.source}" cannot be the address of a store`, where);
  };
  const known = ["artifact", "artifact.name", "artifact.ext"];
  if (written.late.some((late) => !known.includes(late)))
    refuse("an address with {{ artifact }} in it, and nothing else that is known late");
  if (kept && written.late.length > 0) refuse("the address of an owner's packages, without {{ artifact }}");
  const behind = named && !kept && written.late.length === 0 ? "/{{ artifact }}" : "";
  if (behind !== "" && written.source.includes("?"))
    refuse("{{ artifact }} somewhere in an address that has a question mark");
  const shown = written.render({ ...scope, artifact: { name: "name", ext: ".ext" } }).trim();
  const url = URL.parse(shown);
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse("an address that begins with https://");
  if (url.username !== "" || url.password !== "")
    return refuse("an address without a password in it: `username`, `password`");
  const text = renderText(written, scope);
  if (behind === "") return text;
  if (typeof text === "string")
    return { late: `${text.replace(/\/+$/, "").replaceAll("{", "%7B")}${behind}`, with: {} };
  return { late: `${text.late.replace(/\/+$/, "")}${behind}`, with: text.with };
}
