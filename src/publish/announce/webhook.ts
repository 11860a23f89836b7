/** Announcements to any address: facts about the Release or a body of the config's own, signed where a secret is named. */
import { createHmac } from "node:crypto";

import { Problem } from "../../model/problem.ts";
import { choose, type SecretName, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { secretWords } from "../../store/token.ts";
import { factsOf } from "./facts.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import { lateText, planned, plannedSecret, plannedText, secretOption, wordsOf } from "./texts.ts";
import { readWebhook } from "./webhook-url.ts";

const method = z.enum(["POST", "PUT", "PATCH"]);

interface WebhookOptions {
  readonly url: SecretName | Template;
  readonly method: z.output<typeof method>;
  readonly headers: Readonly<Record<string, Template>>;
  readonly authorization?: SecretName | undefined;
  readonly secret?: SecretName | undefined;
  readonly type: string;
  readonly body?: Template | undefined;
  readonly repeatable: boolean;
  readonly insecure: boolean;
}

const decided = z.object({
  url: z.union([plannedSecret, plannedText]),
  method,
  headers: z.record(z.string(), plannedText),
  authorization: plannedSecret.nullable(),
  secret: plannedSecret.nullable(),
  type: z.string(),
  body: plannedText,
  repeatable: z.boolean(),
  insecure: z.boolean(),
});
type Said = z.output<typeof decided>;

const secretAddress = secretOption("name of the secret that is the address");
const openAddress = lateText("address");

const address = choose<SecretName | Template>(
  "Where it goes; an address that is a secret by its name: `env:NAME`.",
  (raw) => ({ schema: typeof raw === "string" && /^(env|file|keychain|run):/.test(raw) ? secretAddress : openAddress }),
  () => z.string(),
);

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_|~-]+$/, "expected the name of a header");

export const webhook: Announcer<WebhookOptions> = {
  kind: "webhook",
  summary: "A request to any address, with facts about the release as JSON, or with a body of your own.",
  example:
    'announce:\n  - webhook: https://hooks.example.org/releases\n    secret: env:HOOK_SECRET\n    headers: { X-Project: "{{ project }}" }\n',
  primary: "url",
  repeatable: false,
  schema: z.strictObject({
    url: address,
    method: method.default("POST").describe("of the request"),
    headers: z.record(headerName, lateText("value")).default({}).describe("of the request; none of them a secret"),
    authorization: secretOption("the whole value of `Authorization`: `Bearer ...`").optional(),
    secret: secretOption("key of the HMAC-SHA-256 in `X-Hub-Signature-256`, as webhooks of GitHub have it").optional(),
    type: z.string().default("application/json").describe("media type of the body"),
    body: lateText("what is sent; left out: facts about the release, as JSON").optional(),
    repeatable: z
      .boolean()
      .default(false)
      .describe("whether the second request with the same `Idempotency-Key` does nothing, so that it is tried again"),
    insecure: z.boolean().default(false).describe("whether plain HTTP may be spoken to another machine"),
  }),
  decide: ({ options: { url, headers, authorization, secret, body, ...plain } }, scope) => ({
    ...plain,
    url: "render" in url ? planned(url, scope) : { ...url },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, planned(value, scope)])),
    authorization: authorization ?? null,
    secret: secret ?? null,
    body: planned(body, scope),
  }),
  preview(options, context) {
    const said = decided.parse(options);
    const { url, body } = said;
    const to = url !== null && typeof url === "object" && "from" in url ? secretWords(url) : wordsOf(url, context);
    return `${said.method} ${to}\n${body === null ? "facts about the release" : wordsOf(body, context)}`;
  },
  async announce(options, context) {
    const said = decided.parse(options);
    const { url, secrets } = await addressOf(said, context);
    const bytes = Buffer.from(said.body === null ? await factsOf(context) : wordsOf(said.body, context));
    const authorization = said.authorization === null ? undefined : await wordsIn(said.authorization, context);
    await send(context, {
      service: url.host,
      method: said.method,
      url,
      body: { bytes, type: said.type },
      headers: {
        ...headersOf(said, context),
        "idempotency-key": context.once,
        ...(await signed(said, bytes, context)),
      },
      authorization,
      secrets: authorization === undefined ? secrets : [...secrets, authorization],
      repeatable: said.repeatable,
      insecure: said.insecure,
      hint: "Look at the address, and at what it wants to be sent.",
    });
    return { outcome: "done" };
  },
};

async function addressOf({ url }: Said, context: AnnounceContext): ReturnType<typeof readWebhook> {
  if (url !== null && typeof url === "object" && "from" in url) return readWebhook(url, context);
  const text = wordsOf(url, context);
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new Problem("plan.invalid", `"${text}" is no address`, { expected: "an address that begins with https://" });
  return { url: parsed, secrets: [] };
}

function headersOf({ headers }: Said, context: AnnounceContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      // A value ends where a line does: what a tag's message says adds no header.
      wordsOf(value, context).replaceAll(/[^\x20-\x7e]+/g, " "),
    ]),
  );
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
async function signed({ secret }: Said, body: Uint8Array, context: AnnounceContext) {
  if (secret === null) return {};
  const key = await wordsIn(secret, context);
  return { "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}` };
}

async function wordsIn(secret: SecretName, context: AnnounceContext): Promise<string> {
  const text = Buffer.from(await context.secret(secret))
    .toString("utf8")
    .trim();
  if (/^[\x20-\x7e]+$/.test(text)) return text;
  throw new Problem("key.invalid", `${secretWords(secret)} has line breaks or other control characters in it`);
}
