/** Trusted publishing: the identity token of a CI job, which a registry exchanges for one that publishes. */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import type { HttpClient } from "../http.ts";

export interface IdentityRequest {
  /** Whom the token is for: `pypi`, `npm:registry.npmjs.org`. */
  readonly audience: string;
  /** Where a job has one that was made for this: `PYPI_ID_TOKEN` (GitLab's `id_tokens`). */
  readonly variable: string;
  /** The store's option that asks for it; left out: `trusted`. */
  readonly option?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: HttpClient;
}

const answered = z.object({ value: z.string().min(1) });

/** Whether a job could have one, as far as its environment says. */
export function mayIdentify({ variable, env }: Pick<IdentityRequest, "variable" | "env">): boolean {
  return (
    isSet(env[variable]) || (isSet(env["ACTIONS_ID_TOKEN_REQUEST_URL"]) && isSet(env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]))
  );
}

/**
 * The token that `variable` holds, or one that GitHub gives the job: `GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=...` (docs.github.com,
 * "OpenID Connect reference"). Fails with `key.missing` where no job may ask for one. Never printed.
 */
export async function identityToken({ audience, variable, option, env, http }: IdentityRequest): Promise<string> {
  const given = env[variable]?.trim() ?? "";
  if (given !== "") return given;
  const url = URL.parse(env["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? "");
  const bearer = env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] ?? "";
  if (url === null || bearer === "") throw noIdentity(variable, audience, option);
  url.searchParams.set("audience", audience);
  const answer = await http.fetch({
    method: "GET",
    url,
    headers: { accept: "application/json" },
    authorization: `Bearer ${bearer}`,
    repeatable: true,
  });
  const read = answered.safeParse(answer.status === 200 ? jsonOf(answer.bytes) : undefined);
  if (read.success) return read.data.value;
  throw new Problem("store.failed", `${url.host} gave no identity token: it answered with status ${answer.status}`);
}

/** Said before anything is made as well. */
export function noIdentity(variable: string, audience: string, option = "trusted"): Problem {
  return new Problem(
    "key.missing",
    `\`${option}\`: there is no identity token: ${variable} is not set, and no GitHub job may ask for one`,
    {
      hint: `In GitHub Actions give the job \`permissions: { id-token: write }\`; in GitLab \`id_tokens: { ${variable}: { aud: "${audience}" } }\`.`,
    },
  );
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== "";
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined; // no shape is like it
  }
}
