/** Announcements in Slack, and wherever else webhooks take what Slack's take: Mattermost, Rocket.Chat, Zulip. */
import { type SecretName, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import {
  plannedSecret,
  plannedText,
  planned,
  secretOption,
  textOption,
  wordsOf,
  optionalWords,
  lateText,
} from "./texts.ts";
import { readWebhook } from "./webhook-url.ts";

interface SlackOptions {
  readonly webhook: SecretName;
  readonly text?: Template | undefined;
  readonly channel?: Template | undefined;
  readonly username?: Template | undefined;
  readonly icon?: Template | undefined;
  readonly mentions: boolean;
}

const decided = z.object({
  webhook: plannedSecret,
  text: plannedText,
  channel: plannedText,
  username: plannedText,
  icon: plannedText,
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
    username: lateText("another name than the webhook's, where it may have one").optional(),
    icon: lateText("`:emoji:` or the address of a picture, where the webhook may have another").optional(),
    mentions: z
      .boolean()
      .default(false)
      .describe("whether `<!channel>`, `@here`, groups and people in the text are called"),
  }),
  decide: ({ options: { webhook, text, channel, username, icon, mentions } }, scope) => ({
    webhook,
    text: planned(text, scope),
    channel: planned(channel, scope),
    username: planned(username, scope),
    icon: planned(icon, scope),
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
  const words = {
    channel: optionalWords(said.channel, context),
    username: optionalWords(said.username, context),
    ...iconOf(optionalWords(said.icon, context)),
  };
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
