/** Announcements in Discord, by a webhook. */
import { type SecretName, z } from "../../model/schema.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Template } from "../../model/template.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import { plannedSpeaker, planSpeaker, speakerOf, type SpeakerOptions, speakerOptions } from "./speaker.ts";
import { planned, plannedSecret, plannedText, secretOption, textOption, wordsOf } from "./texts.ts";
import { readWebhook } from "./webhook-url.ts";

interface DiscordOptions extends SpeakerOptions {
  readonly webhook: SecretName;
  readonly text?: Template | undefined;
  readonly notes: boolean;
  readonly color?: number | undefined;
  readonly mentions: boolean;
}

const decided = z.object({
  webhook: plannedSecret,
  text: plannedText,
  ...plannedSpeaker,
  notes: z.boolean(),
  color: z.number().nullable(),
  mentions: z.boolean(),
});

export const discord: Announcer<DiscordOptions> = {
  kind: "discord",
  summary: "A message by a webhook of a Discord channel.",
  example: "announce:\n  - { discord: env:DISCORD_WEBHOOK, notes: true }\n",
  primary: "webhook",
  repeatable: false,
  schema: z.strictObject({
    webhook: secretOption("address of the webhook, which is a secret"),
    text: textOption,
    ...speakerOptions({
      username: "another name than the webhook's",
      icon: "address of another picture than the webhook's",
    }),
    notes: z.boolean().default(false).describe("whether a box beneath shows the title and the release notes"),
    color: z.int().min(0).max(0xffffff).describe("of the box: 0x rgb as a number").optional(),
    mentions: z.boolean().default(false).describe("whether `@everyone`, roles and users in the text are called"),
  }),
  decide: ({ options: { webhook, text, notes, color, mentions, ...speaker } }, scope) => ({
    webhook,
    text: planned(text, scope),
    ...planSpeaker(speaker, scope),
    notes,
    color: color ?? null,
    mentions,
  }),
  preview: (options, context) => textOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const { url, secrets } = await readWebhook(said.webhook, context);
    url.searchParams.set("wait", "true");
    await send(context, {
      service: "Discord",
      url,
      secrets,
      json: await messageOf(said, context),
      repeatable: false,
      hint: "Make a new webhook in the settings of the channel.",
    });
    return { outcome: "done" };
  },
};

type Said = z.output<typeof decided>;

function textOf({ text }: Said, context: AnnounceContext): string {
  return fit(wordsOf(text, context), { most: 2000, url: context.url });
}

/** https://docs.discord.com/developers/resources/webhook#execute-webhook, with the limits of messages and embeds. */
async function messageOf(said: Said, context: AnnounceContext): Promise<JsonObject> {
  const { username, icon } = speakerOf(said, context);
  return {
    content: textOf(said, context),
    ...(username === "" ? {} : { username: fit(username, { most: 80, url: "" }) }),
    ...(icon === "" ? {} : { avatar_url: icon }),
    ...(said.notes ? { embeds: [await boxOf(said, context)] } : {}),
    // Whoever writes a commit message calls nobody.
    ...(said.mentions ? {} : { allowed_mentions: { parse: [] } }),
  };
}

async function boxOf({ color }: Said, { about, url }: AnnounceContext): Promise<JsonObject> {
  return {
    title: fit(about.title, { most: 256, url: "" }),
    description: fit(await about.notes(), { most: 4096, url }),
    ...(url === "" ? {} : { url }),
    ...(color === null ? {} : { color }),
  };
}
