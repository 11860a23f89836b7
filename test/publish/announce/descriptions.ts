/** What services publish of their APIs for machines: messages of tests are held against it. */
import { mainSchema as createSession } from "@atcute/atproto/types/server/createSession";
import { mainSchema as putRecord } from "@atcute/atproto/types/repo/putRecord";
import { mainSchema as post } from "@atcute/bluesky/types/app/feed/post";
import { is, parse } from "@atcute/lexicons/validations";
import { expect } from "vitest";

/** Made from Discord's OpenAPI description; it has no types of its own. */
const discordModule: string = "discord-api-spec/zod";

interface DiscordEmbed {
  readonly title: string;
  readonly description: string;
}

export interface DiscordMessage {
  readonly content: string;
  readonly username?: string;
  readonly embeds?: readonly DiscordEmbed[];
}

/** A message to a webhook, as Discord's description has it, with nothing that it does not have. */
export async function discordMessage(sent: unknown): Promise<DiscordMessage> {
  const described = (await import(discordModule)) as {
    readonly IncomingWebhookRequestPartialSchema: { parse(value: unknown): DiscordMessage };
  };
  const read = described.IncomingWebhookRequestPartialSchema.parse(sent);
  // What is not described is left out when it is read.
  expect(read).toEqual(sent);
  return read;
}

/** What the lexicons of the AT Protocol say of a login and of a post: https://atproto.com/specs/lexicon. */
export const bluesky = {
  login: (sent: unknown): unknown => parse(createSession.input.schema, sent),
  session: (answer: unknown): unknown => parse(createSession.output.schema, answer),
  put(sent: unknown) {
    const { record, rkey, ...rest } = parse(putRecord.input.schema, sent);
    expect(is(post.key, rkey), rkey).toBe(true);
    return { ...rest, rkey, record: parse(post.object, record) };
  },
  putAnswer: (answer: unknown): unknown => parse(putRecord.output.schema, answer),
};
