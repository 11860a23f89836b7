/** Announcements as a post on Mastodon, or on a server that has its API. */
import { type SecretName, template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { countCharacters, fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { jsonIn, send } from "./send.ts";
import { serverUrl } from "./server.ts";
import { planned, plannedSecret, plannedText, secretOption, textOption, wordsOf } from "./texts.ts";

const visibility = z.enum(["public", "unlisted", "private", "direct"]);

interface MastodonOptions {
  readonly server: Template;
  readonly token: SecretName;
  readonly text?: Template | undefined;
  readonly visibility: z.output<typeof visibility>;
  readonly limit: number;
}

const decided = z.object({
  server: z.string(),
  token: plannedSecret,
  text: plannedText,
  visibility,
  limit: z.number(),
});

export const mastodon: Announcer<MastodonOptions> = {
  kind: "mastodon",
  summary: "A post on Mastodon.",
  example: "announce:\n  - { mastodon: https://fosstodon.org, token: env:MASTODON_TOKEN }\n",
  primary: "server",
  repeatable: true,
  schema: z.strictObject({
    server: template("address of the server"),
    token: secretOption("access token with the scope `write:statuses`"),
    text: textOption,
    visibility: visibility.default("public").describe("who sees it"),
    limit: z.int().min(1).default(500).describe("characters that a post may have there"),
  }),
  decide: ({ options: { server, token, text, ...rest } }, scope) => ({
    server: serverUrl(server, scope),
    token,
    text: planned(text, scope),
    ...rest,
  }),
  preview: (options, context) => textOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const token = await readToken(said.token, context);
    const answer = await send(context, {
      service: "Mastodon",
      url: new URL("api/v1/statuses", said.server),
      authorization: `Bearer ${token}`,
      secrets: [token],
      json: { status: textOf(said, context), visibility: said.visibility },
      // https://docs.joinmastodon.org/methods/statuses/#create: for an hour, the second with the same key is the first.
      headers: { "idempotency-key": context.once },
      repeatable: true,
      hint: `The token of ${secretWords(said.token)} needs the scope write:statuses.`,
    });
    return { outcome: "done", url: jsonIn(answer, z.object({ url: z.url() }))?.url };
  },
};

function textOf({ text, limit }: z.output<typeof decided>, context: AnnounceContext): string {
  return fit(wordsOf(text, context), { most: limit, measure: countAsMastodon, url: context.url });
}

/** https://docs.joinmastodon.org/user/posting/#text: every link counts for 23 characters, a remote mention without its server. */
export function countAsMastodon(text: string): number {
  return countCharacters(
    text.replace(/https?:\/\/\S+/g, "x".repeat(23)).replace(/(@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+/g, "$1"),
  );
}
