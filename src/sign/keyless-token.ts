/** Identity tokens (OpenID Connect): where CI systems put them, and what they say. Nothing of a token is ever printed. */
import { z } from "zod";

import { Problem } from "../model/problem.ts";
import type { SecretName } from "../model/schema.ts";
import type { KeyContext } from "./kind.ts";
import { invalidKey } from "./problem.ts";

export interface IdentityToken {
  /** As it is sent to Fulcio, and to nobody else. */
  readonly text: string;
  readonly issuer: string;
  /** What the certificate will be for: a mail address or a subject. */
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Whom tokens for sigstore are meant for. */
const audience = "sigstore";

/**
 * A token: from `token` where that is given, from `SIGSTORE_ID_TOKEN` (GitLab's `id_tokens`, and people), or from GitHub, whose jobs
 * ask for one. Fails with `key.missing` where there is none, `key.invalid` where it is no token, has expired, or is for others.
 */
export async function findToken(token: SecretName | undefined, context: KeyContext): Promise<IdentityToken> {
  return readToken(await tokenText(token, context), context);
}

async function tokenText(token: SecretName | undefined, context: KeyContext): Promise<string> {
  if (token !== undefined)
    return Buffer.from(await context.secret(token))
      .toString("utf8")
      .trim();
  const given = context.variable("SIGSTORE_ID_TOKEN");
  if (given !== undefined && given !== "") return given.trim();
  const [url, bearer] = ["URL", "TOKEN"].map((name) => context.variable(`ACTIONS_ID_TOKEN_REQUEST_${name}`) ?? "");
  if (url === undefined || bearer === undefined || url === "" || bearer === "")
    throw new Problem(
      "key.missing",
      "there is no identity token: SIGSTORE_ID_TOKEN is not set, and no GitHub job may ask for one",
      {
        place: context.place,
        hint: "In GitHub Actions give the job `permissions: { id-token: write }`; in GitLab `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }`.",
      },
    );
  return requestToken(url, bearer, context);
}

const answerSchema = z.object({ value: z.string().min(1) });

/** GitHub: `GET $ACTIONS_ID_TOKEN_REQUEST_URL&audience=sigstore` (docs.github.com, "OpenID Connect reference"). */
async function requestToken(text: string, bearer: string, context: KeyContext): Promise<string> {
  const url = URL.parse(text);
  if (url === null) throw invalidKey(context, "cannot ask for a token: ACTIONS_ID_TOKEN_REQUEST_URL is no address");
  url.searchParams.set("audience", audience);
  const { status, bytes } = await context.request({ method: "GET", url, authorization: `Bearer ${bearer}` });
  const answer = answerSchema.safeParse(status === 200 ? jsonOf(Buffer.from(bytes).toString("utf8")) : undefined);
  if (answer.success) return answer.data.value;
  throw new Problem("store.failed", `${url.host} gave no identity token: it answered with ${status}`);
}

const claimsSchema = z.object({
  iss: z.string().min(1),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  email: z.string().optional(),
});

/** Issuers whose tokens are for a mail address, as Fulcio has them (sigstore/fulcio, docs/oidc.md). */
const mailIssuers: ReadonlySet<string> = new Set(["https://accounts.google.com", "https://oauth2.sigstore.dev/auth"]);

/** What a token says. Fails with `key.invalid`. */
export function readToken(text: string, context: Pick<KeyContext, "name" | "place" | "now">): IdentityToken {
  const [, payload = "", ...rest] = text.split(".");
  const read = claimsSchema.safeParse(jsonOf(Buffer.from(payload, "base64url").toString("utf8")));
  if (!read.success || rest.length !== 1) throw invalidKey(context, "was given something that is no identity token");
  const { iss, sub, aud, exp, email } = read.data;
  if (![aud].flat().includes(audience))
    throw invalidKey(context, "was given an identity token for somebody else", `Its audience has to be "${audience}".`);
  if (exp <= context.now) throw invalidKey(context, "was given an identity token that has expired");
  return { text, issuer: iss, subject: mailIssuers.has(iss) ? (email ?? sub) : sub, expires: exp };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no shape is like it
  }
}
