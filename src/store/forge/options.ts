/** Options that releases on all forges have, in one wording. */
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { Problem, type Place } from "../../model/problem.ts";
import { choose, type SecretName, secretName, template } from "../../model/schema.ts";
import type { Scope, Template } from "../../model/template.ts";

const automatic = (description: string): z.ZodType<"auto" | boolean> =>
  choose<"auto" | boolean>(
    description,
    (raw) => ({ schema: raw === "auto" ? z.literal("auto") : z.boolean({ error: "expected auto, true or false" }) }),
    () => z.union([z.literal("auto"), z.boolean()]),
  );

/** Pieces of a forge's schema; a forge takes those it can do. */
export const forgeShape = {
  token: secretName("where the token is"),
  endpoint: template("address of the forge's API, where it is not the usual one"),
  ca: template("PEM file with certificates that are trusted besides; relative to the project"),
  insecure: z.boolean().describe("whether plain HTTP may be spoken to other machines than this one"),
  draft: z.boolean().describe("whether the release stays a draft for somebody to publish; left out: it is published"),
  prerelease: automatic("whether it is marked as a pre-release; `auto`, the default: when its version is one"),
  latest: choose<"auto" | "legacy" | boolean>(
    "whether it becomes the latest release; `auto`, the default: where no later version is out, and never a pre-release; `legacy`: the forge decides by date and version",
    (raw) => ({
      schema:
        typeof raw === "string"
          ? z.enum(["auto", "legacy"], { error: "expected auto, legacy, true or false" })
          : z.boolean({ error: "expected auto, legacy, true or false" }),
    }),
    () => z.union([z.enum(["auto", "legacy"]), z.boolean()]),
  ),
  existing: z
    .enum(["refuse", "replace", "keep", "append"])
    .describe(
      "what to do where a release of that tag is out already: `refuse` (the default); `replace` it as a whole; `append` to it, without changing its text or what it has; `keep`: the same, where files with other bytes are left alone",
    ),
  title: template("title of the release; left out: that of the Release"),
  tag: template("tag of the release; left out: the released tag, and `nightly` for nightlies"),
  target: template(
    "branch or commit that the tag is made on where the forge has none; left out: a missing tag is refused",
  ),
  header: template("text above the notes"),
  footer: template("text below the notes"),
} as const;

/** What of these the config may say, and a forge reads. */
export interface ForgeOptions {
  readonly token?: SecretName | undefined;
  readonly endpoint?: Template | undefined;
  readonly ca?: Template | undefined;
  readonly insecure?: boolean | undefined;
  readonly draft?: boolean | undefined;
  readonly prerelease?: "auto" | boolean | undefined;
  readonly latest?: "auto" | "legacy" | boolean | undefined;
  readonly existing?: "refuse" | "replace" | "keep" | "append" | undefined;
  readonly title?: Template | undefined;
  readonly tag?: Template | undefined;
  readonly target?: Template | undefined;
  readonly header?: Template | undefined;
  readonly footer?: Template | undefined;
}

const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** As the Plan has them: empty texts are those that were left out. */
export const decidedForgeShape = {
  repository: z.string(),
  token: secret.optional(),
  endpoint: z.string(),
  ca: z.string(),
  insecure: z.boolean(),
  draft: z.boolean(),
  prerelease: z.union([z.literal("auto"), z.boolean()]),
  latest: z.union([z.enum(["auto", "legacy"]), z.boolean()]),
  existing: z.enum(["refuse", "replace", "keep", "append"]),
  title: z.string(),
  tag: z.string(),
  target: z.string(),
  header: z.string(),
  footer: z.string(),
} as const;

const decidedForge = z.object(decidedForgeShape);
export type DecidedForge = z.infer<typeof decidedForge>;

/** Renders the options into the Plan. Fails with `plan.invalid` where the endpoint is no address. */
export function decideForge(options: ForgeOptions, repository: string, scope: Scope): JsonObject & DecidedForge {
  const text = (of: Template | undefined): string => of?.render(scope).trim() ?? "";
  const { token, draft = false, prerelease = "auto", latest = "auto", existing = "refuse" } = options;
  return {
    repository,
    ...(token === undefined ? {} : { token: { ...token } }),
    endpoint: endpointOf(text(options.endpoint), options.endpoint?.place),
    ca: text(options.ca),
    insecure: options.insecure === true,
    draft,
    prerelease,
    latest,
    existing,
    title: text(options.title),
    tag: text(options.tag),
    target: text(options.target),
    header: text(options.header),
    footer: text(options.footer),
  };
}

/** With a slash at its end; empty where none is written. */
export function endpointOf(written: string, place: Place | undefined): string {
  if (written === "") return "";
  const url = URL.parse(written);
  const isAddress = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "";
  if (!isAddress)
    throw new Problem("plan.invalid", `"${written}" cannot be the address of a forge`, {
      place,
      expected: "an address that begins with https://, without user, password or query",
    });
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

/** `OWNER/REPO`; more parts where `isDeep`, as groups of GitLab are. Fails with `plan.invalid`. */
export function repositoryOf(
  written: Template,
  scope: Scope,
  { place, isDeep = false }: { readonly place?: Place | undefined; readonly isDeep?: boolean },
): string {
  const repository = written.render(scope).trim();
  const parts = repository.split("/");
  const fits = parts.length === 2 || (isDeep && parts.length > 2 && parts.length < 22);
  if (fits && parts.every((part) => /^[A-Za-z0-9._-]+$/.test(part) && !/^\.\.?$/.test(part))) return repository;
  throw new Problem("plan.invalid", `"${repository}" cannot be a repository`, {
    place: written.place ?? place,
    expected: "its owner and its name, such as acme/tool; no scheme or host before it",
  });
}
