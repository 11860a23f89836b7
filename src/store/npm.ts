/** The npm store: packages of JavaScript in a registry, published under no tag that anybody installs by, which moves last. */
import { z } from "zod";

import type { ExpectedArtifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { scalarTemplate, type SecretName, secretName, template } from "../model/schema.ts";
import type { Store } from "../model/store.ts";
import type { Template } from "../model/template.ts";
import { httpClient, type HttpOptions } from "./http.ts";
import type { OpenableStore, StoreContext } from "./kind.ts";
import { type NpmApi, npmApi, npmAudience, npmIdentity } from "./npm/api.ts";
import { namesInRelease } from "./npm/names.ts";
import { probeNpm, refuseToken } from "./npm/probe.ts";
import { npmRegistry } from "./npm/registry.ts";
import { packageStore } from "./package-store.ts";
import { mayIdentify, noIdentity } from "./packages/identity-token.ts";
import { addressOf } from "./packages/options.ts";
import { readToken, secretWords } from "./token.ts";

interface NpmOptions {
  readonly npm: Template | true;
  readonly token?: SecretName | undefined;
  readonly trusted?: boolean | undefined;
  readonly access?: "public" | "restricted" | undefined;
  readonly tag?: Template | undefined;
  readonly scope?: Template | undefined;
  readonly insecure?: boolean | undefined;
}

const access = z.enum(["public", "restricted"]).optional();
const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** As the Plan has them. */
const decidedSchema = z.object({
  npm: z.string(),
  token: secret.optional(),
  trusted: z.boolean(),
  access,
  tag: z.string(),
  scope: z.string().optional(),
  insecure: z.boolean(),
});

export type DecidedNpm = z.infer<typeof decidedSchema>;

const home = "https://registry.npmjs.org/";

export const npm: OpenableStore<NpmOptions> = {
  kind: "npm",
  summary:
    "A registry of npm packages: npmjs.org, or any that npm publishes to. What is published there cannot be taken back.",
  example: "stores:\n  npmjs: { npm: true, token: env:NPM_TOKEN, access: public }\n",
  primary: "npm",
  job: ({ token, trusted }) =>
    trusted === true
      ? { identity: { variable: npmIdentity, audience: "npm:registry.npmjs.org" } }
      : { secrets: token === undefined ? ["NPM_TOKEN"] : [] },
  turnOf: () => "final",
  takes: isNpmPackage,
  schema: z
    .strictObject({
      npm: z.union([z.literal(true), template("address of the registry; `true`: https://registry.npmjs.org")]),
      token: secretName("where the token is; left out: env:NPM_TOKEN").optional(),
      trusted: z
        .boolean()
        .optional()
        .describe(
          "whether the CI job's own identity is the token (npm's trusted publishing); the dist-tag is then set at once",
        ),
      access: access.describe(
        "who may install packages with a scope: `public` or `restricted`; left out: as package.json says, else as the registry does",
      ),
      tag: scalarTemplate(
        "the dist-tag that moves to the version at the very end; left out: `latest`, and `next` for pre-releases",
      ).optional(),
      scope: template("takes only packages of this scope: `@acme`").optional(),
      insecure: z.boolean().optional().describe("whether plain HTTP may be spoken to other machines than this one"),
    })
    .refine(({ token, trusted }) => token === undefined || trusted !== true, "expected `token` or `trusted`, not both"),
  decide({ options, place }, scope): JsonObject {
    const at = options.npm === true ? undefined : options.npm;
    const tag = options.tag?.render(scope).trim() ?? "auto";
    const own = options.scope?.render(scope).trim();
    if (!/^[a-z][a-z0-9._-]*$/i.test(tag) || /^v\d/i.test(tag))
      throw new Problem("plan.invalid", `"${tag}" cannot be a dist-tag`, {
        place: options.tag?.place ?? place,
        expected: "a word that is no version, such as latest, next or beta",
      });
    if (own !== undefined && !/^@[a-z0-9~-][a-z0-9._~-]*$/.test(own))
      throw new Problem("plan.invalid", `"${own}" is no scope`, {
        place: options.scope?.place ?? place,
        expected: "@acme",
      });
    return {
      npm: addressOf(at === undefined ? home : at.render(scope), at?.place ?? place),
      ...(options.trusted === true ? {} : { token: options.token ?? { from: "env", name: "NPM_TOKEN" } }),
      trusted: options.trusted === true,
      ...(options.access === undefined ? {} : { access: options.access }),
      tag,
      ...(own === undefined ? {} : { scope: own }),
      insecure: options.insecure === true,
    };
  },
  open: (options, context) => openNpm(decidedSchema.parse(options), context),
  async reach(options, context) {
    const decided = decidedSchema.parse(options);
    const api = await apiOf(decided, context);
    try {
      if (decided.trusted && !mayIdentify({ variable: npmIdentity, env: context.env }))
        throw noIdentity(npmIdentity, npmAudience(api.registry));
      await refuseToken(api);
    } finally {
      api.http.close();
    }
  },
  async probe(options, context, expected) {
    const decided = decidedSchema.parse(options);
    const api = await apiOf(decided, context);
    return probeNpm(api, {
      root: context.root,
      env: context.env,
      expected: expected.filter(isNpmPackage),
      decided,
    }).finally(() => api.http.close());
  },
};

/** A tarball as `npm pack` calls it: one that a command made, or a file that is brought along. */
function isNpmPackage({ name, type }: Pick<ExpectedArtifact, "name" | "type">): boolean {
  return (type === "package" || type === "file") && /^[^/]+-\d+\.\d+\.\d+[^/]*\.tgz$/.test(name);
}

/** `retry` is for tests, which do not wait. */
export async function openNpm(
  decided: DecidedNpm,
  context: StoreContext,
  retry?: HttpOptions["retry"],
): Promise<Store> {
  const api = await apiOf(decided, context, retry);
  const told = await namesInRelease(context);
  return packageStore({ registry: npmRegistry(api, decided), http: api.http, context, told });
}

async function apiOf(decided: DecidedNpm, context: StoreContext, retry?: HttpOptions["retry"]): Promise<NpmApi> {
  const { env, signal } = context;
  const { npm: address, token, insecure } = decided;
  const text = token === undefined ? undefined : await readToken(token, context);
  const looked = token === undefined ? "the CI job's identity" : secretWords(token);
  const http = httpClient({ env, signal, insecure, retry });
  return npmApi({ registry: new URL(address), http, token: text, looked, env });
}
