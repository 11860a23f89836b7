/** The crates store: packages of Rust in crates.io, or in any registry with a sparse index. */
import { z } from "zod";

import type { ExpectedArtifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { type SecretName, secretName, template } from "../model/schema.ts";
import type { Store } from "../model/store.ts";
import type { Template } from "../model/template.ts";
import { cratesApi, type CratesApi, cratesAudience, cratesIdentity, readCargoToken } from "./crates/api.ts";
import { guessOfCrateName } from "./crates/manifest.ts";
import { probeCrates, tokenOf } from "./crates/probe.ts";
import { cratesRegistry } from "./crates/registry.ts";
import { httpClient, type HttpOptions } from "./http.ts";
import type { OpenableStore, StoreContext } from "./kind.ts";
import { packageStore } from "./package-store.ts";
import { mayIdentify, noIdentity } from "./packages/identity-token.ts";
import { addressOf } from "./packages/options.ts";
import { secretWords } from "./token.ts";

interface CratesOptions {
  readonly crates: Template | true;
  readonly token?: SecretName | undefined;
  readonly trusted?: boolean | undefined;
  readonly insecure?: boolean | undefined;
}

const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** As the Plan has them. */
const decidedSchema = z.object({
  crates: z.string(),
  token: secret.optional(),
  trusted: z.boolean(),
  insecure: z.boolean(),
});

export type DecidedCrates = z.infer<typeof decidedSchema>;

const home = "https://index.crates.io/";

export const crates: OpenableStore<CratesOptions> = {
  kind: "crates",
  summary:
    "A registry of Rust packages: crates.io, or any with a sparse index. What is published there cannot be taken back.",
  example: "stores:\n  crates-io: { crates: true, token: env:CARGO_REGISTRY_TOKEN }\n",
  primary: "crates",
  job: ({ token, trusted }) =>
    trusted === true
      ? { identity: { variable: cratesIdentity, audience: cratesAudience } }
      : { secrets: token === undefined ? ["CARGO_REGISTRY_TOKEN"] : [] },
  turnOf: () => "final",
  takes: isCrate,
  schema: z
    .strictObject({
      crates: z.union([
        z.literal(true),
        template("address of the registry's sparse index, with `sparse+` before it or not; `true`: crates.io"),
      ]),
      token: secretName("where the token is, as cargo sends it; left out: env:CARGO_REGISTRY_TOKEN").optional(),
      trusted: z
        .boolean()
        .optional()
        .describe("whether the CI job's own identity is the token (crates.io's trusted publishing)"),
      insecure: z.boolean().optional().describe("whether plain HTTP may be spoken to other machines than this one"),
    })
    .refine(({ token, trusted }) => token === undefined || trusted !== true, "expected `token` or `trusted`, not both"),
  decide({ options, place }, scope): JsonObject {
    const at = options.crates === true ? undefined : options.crates;
    const written =
      at === undefined
        ? home
        : at
            .render(scope)
            .trim()
            .replace(/^sparse\+/, "");
    return {
      crates: addressOf(written, at?.place ?? place),
      ...(options.trusted === true ? {} : { token: options.token ?? { from: "env", name: "CARGO_REGISTRY_TOKEN" } }),
      trusted: options.trusted === true,
      insecure: options.insecure === true,
    };
  },
  open: (options, context) => openCrates(decidedSchema.parse(options), context),
  async reach(options, context) {
    const decided = decidedSchema.parse(options);
    const api = await apiOf(decided, context);
    try {
      if (!decided.trusted) await tokenOf(api);
      else if (!mayIdentify({ variable: cratesIdentity, env: context.env }))
        throw noIdentity(cratesIdentity, cratesAudience);
    } finally {
      api.http.close();
    }
  },
  async probe(options, context, expected) {
    const decided = decidedSchema.parse(options);
    const api = await apiOf(decided, context);
    const request = { expected: expected.filter(isCrate), trusted: decided.trusted, env: context.env };
    return probeCrates(api, request).finally(() => api.http.close());
  },
};

/** What `cargo package` leaves, made by a command or brought along as a file. */
function isCrate({ name, type }: Pick<ExpectedArtifact, "name" | "type">): boolean {
  return (type === "package" || type === "file") && guessOfCrateName(name) !== undefined;
}

/** `retry` is for tests, which do not wait. */
export async function openCrates(
  decided: DecidedCrates,
  context: StoreContext,
  retry?: HttpOptions["retry"],
): Promise<Store> {
  const api = await apiOf(decided, context, retry);
  return packageStore({ registry: cratesRegistry(api), http: api.http, context });
}

async function apiOf(decided: DecidedCrates, context: StoreContext, retry?: HttpOptions["retry"]): Promise<CratesApi> {
  const { env, signal } = context;
  const { token, insecure } = decided;
  const text = token === undefined ? undefined : await readCargoToken(token, context);
  const looked = token === undefined ? "the CI job's identity" : secretWords(token);
  const http = httpClient({ env, signal, insecure, retry });
  return cratesApi({ index: new URL(decided.crates), http, token: text, looked, env });
}
