/** Requests to a registry of crates: its index, its web API, and the token between them. */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import type { SecretName } from "../../model/schema.ts";
import type { HttpClient } from "../http.ts";
import { type JsonApi, jsonApi } from "../json-api.ts";
import type { StoreContext } from "../kind.ts";
import { identityToken } from "../packages/identity-token.ts";
import { secretWords } from "../token.ts";
import { type IndexConfig, readIndexConfig } from "./index-file.ts";

export interface CratesApi {
  /** Ends in a slash. */
  readonly index: URL;
  readonly http: HttpClient;
  config(): Promise<IndexConfig>;
  /** Reads the index, with the token where the registry wants it. */
  reading(): Promise<JsonApi>;
  writing(): Promise<JsonApi>;
  /** Value of `Authorization`, for the registry's own host, of downloads. */
  downloading(url: URL): Promise<string | undefined>;
}

export interface CratesApiOptions {
  readonly index: URL;
  readonly http: HttpClient;
  /** As it is sent; undefined: a CI job's identity is exchanged for one. */
  readonly token: string | undefined;
  readonly looked: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variable that holds an identity token for crates.io. */
export const cratesIdentity = "CRATES_IO_ID_TOKEN";
/** Whom it is for. */
export const cratesAudience = "crates.io";

export function cratesApi({ index, http, token, looked, env }: CratesApiOptions): CratesApi {
  const anybody = jsonApi({ http, base: index, looked });
  const own = jsonApi({ http, base: index, authorization: token, looked });
  let config: Promise<IndexConfig> | undefined;
  let writer: Promise<JsonApi> | undefined;

  /** An index that wants to know who asks says so with 401 (RFC 3231); its config too. */
  async function ask(): Promise<IndexConfig> {
    const first = await anybody.ask({ method: "HEAD", path: new URL("config.json", index) });
    return readIndexConfig(first.status === 401 ? own : anybody, index);
  }
  const known = (): Promise<IndexConfig> => (config ??= ask());

  return {
    index,
    http,
    config: known,
    reading: async () => ((await known()).wantsLogin ? own : anybody),
    writing: () =>
      (writer ??= known().then(async ({ api: base }) => {
        const authorization = token ?? (await exchanged({ http, base, looked, env }));
        return jsonApi({ http, base, authorization, looked });
      })),
    async downloading(url) {
      const { wantsLogin } = await known();
      return wantsLogin && url.origin === index.origin ? token : undefined;
    },
  };
}

const exchangedSchema = z.object({ token: z.string().min(1) });

/** `POST /api/v1/trusted_publishing/tokens` (crates.io/docs/trusted-publishing); the token lasts half an hour. */
async function exchanged({
  http,
  base,
  looked,
  env,
}: Pick<CratesApiOptions, "http" | "looked" | "env"> & { readonly base: URL }): Promise<string> {
  const jwt = await identityToken({ audience: cratesAudience, variable: cratesIdentity, env, http });
  const api = jsonApi({ http, base, looked });
  const answer = await api.must("let the trusted publisher in", {
    method: "POST",
    path: "api/v1/trusted_publishing/tokens",
    json: { jwt },
    secrets: [jwt],
  });
  return answer.as(exchangedSchema).token;
}

/** A token as cargo's credentials have it: registries other than crates.io may want `Bearer TOKEN`. Fails with `key.missing` and `key.invalid`. */
export async function readCargoToken(secret: SecretName, context: Pick<StoreContext, "secret">): Promise<string> {
  const text = Buffer.from(await context.secret(secret))
    .toString("utf8")
    .trim();
  if (/^((Bearer|Basic|Token) )?[\x21-\x7e]+$/i.test(text)) return text;
  throw new Problem("key.invalid", `${secretWords(secret)} is no token: it is empty, or has blanks in it`, {
    expected: "what cargo would send: a token, or `Bearer TOKEN` where the registry wants that",
  });
}
