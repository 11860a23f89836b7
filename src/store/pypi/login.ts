/** Whom an index of Python packages lets in: a token, a user with a password, or a CI job by its identity. */
import { z } from "zod";

import type { HttpClient } from "../http.ts";
import { type JsonApi, jsonApi } from "../json-api.ts";
import { identityToken } from "../packages/identity-token.ts";

/** Variable that holds an identity token for an index, as twine and uv have it. */
export const pypiIdentity = "PYPI_ID_TOKEN";

/** Value of `Authorization` (RFC 7617); tokens are the password of `__token__`. */
export function basicOf(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

export interface TrustedLogin {
  /** Where the index answers: of https://upload.pypi.org that is https://pypi.org. */
  readonly index: URL;
  readonly http: HttpClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly looked: string;
}

const audienceSchema = z.object({ audience: z.string().min(1) });
const mintedSchema = z.looseObject({ token: z.string().min(1) });

/** Asks whom the identity is to be for, and exchanges it for a token (docs.pypi.org, "Trusted Publishers: Internals"). */
export async function trustedLogin({ index, http, env, looked }: TrustedLogin): Promise<string> {
  const api: JsonApi = jsonApi({ http, base: new URL("/", index), looked });
  const asked = await api.must("ask whom an identity has to be for", { method: "GET", path: "_/oidc/audience" });
  const { audience } = asked.as(audienceSchema);
  const token = await identityToken({ audience, variable: pypiIdentity, env, http });
  const minted = await api.must("let the trusted publisher in", {
    method: "POST",
    path: "_/oidc/mint-token",
    json: { token },
    secrets: [token],
  });
  return basicOf("__token__", minted.as(mintedSchema).token);
}
