/** Announcements in Slack, and wherever else webhooks take what Slack's take: Mattermost, Rocket.Chat, Zulip. */
import { type SecretName, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import { plannedSpeaker, planSpeaker, speakerOf, type SpeakerOptions, speakerOptions } from "./speaker.ts";
import {
  lateText,
  optionalWords,
  planned,
  plannedSecret,
  plannedText,
  secretOption,
  textOption,
  wordsOf,
} from "./texts.ts";
import { readWebhook } from "./webhook-url.ts";

interface SlackOptions extends SpeakerOptions {
  readonly webhook: SecretName;
  readonly text?: Template | undefined;
  readonly channel?: Template | undefined;
  readonly mentions: boolean;
}

const decided = z.object({
  webhook: plannedSecret,
  text: plannedText,
  channel: plannedText,
  ...plannedSpeaker,
  mentions: z.boolean(),
});

/** https://docs.slack.dev/reference/methods/chat.postMessage: longer texts are cut there. */
const most = 40_000;

export const slack: Announcer<SlackOptions> = {
  kind: "slack",
  summary: "A message by an incoming webhook of Slack, or of a server that takes the same, such as Mattermost.",
  example: 'announce:\n  - slack: env:SLACK_WEBHOOK\n    text: "{{ project }} {{ tag }} is out: {{ release.url }}"\n',
  primary: "webhook",
  repeatable: false,
  schema: z.strictObject({
    webhook: secretOption("address of the webhook, which is a secret"),
    text: textOption,
    channel: lateText("another channel than the webhook's, where it may").optional(),
    ...speakerOptions({
      username: "another name than the webhook's, where it may have one",
      icon: "`:emoji:` or the address of a picture, where the webhook may have another",
    }),
    mentions: z
      .boolean()
      .default(false)
      .describe("whether `<!channel>`, `@here`, groups and people in the text are called"),
  }),
  decide: ({ options: { webhook, text, channel, mentions, ...speaker } }, scope) => ({
    webhook,
    text: planned(text, scope),
    channel: planned(channel, scope),
    ...planSpeaker(speaker, scope),
    mentions,
  }),
  preview: (options, context) => messageOf(decided.parse(options), context).text,
  async announce(options, context) {
    const said = decided.parse(options);
    const { url, secrets } = await readWebhook(said.webhook, context);
    await send(context, {
      service: "Slack",
      url,
      secrets,
      json: messageOf(said, context),
      repeatable: false,
      hint: "Slack takes a webhook away with its app, its channel or the person who made it: make a new one.",
    });
    return { outcome: "done" };
  },
};

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
function messageOf(said: z.output<typeof decided>, context: AnnounceContext): { readonly text: string } {
  const { username, icon } = speakerOf(said, context);
  const words = { channel: optionalWords(said.channel, context), username, ...iconOf(icon) };
  const text = fit(wordsOf(said.text, context), { most, url: context.url });
  return {
    text: said.mentions ? text : uncalled(text),
    ...Object.fromEntries(Object.entries(words).filter(([, word]) => word !== "")),
  };
}

/** Whoever writes a commit message calls nobody: neither as Slack writes it, nor as Mattermost and Rocket.Chat do. */
function uncalled(text: string): string {
  return text.replace(/<(?=[!@])/g, "&lt;").replace(/@(?=(all|channel|everyone|here)\b)/gi, "@\u200b");
}

function iconOf(icon: string): Readonly<Record<string, string>> {
  return icon.startsWith(":") ? { icon_emoji: icon } : { icon_url: icon };
}
