/** Announcements in Microsoft Teams, by the webhook of a workflow. */
import { type SecretName, z } from "../../model/schema.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Template } from "../../model/template.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import { planned, plannedSecret, plannedText, secretOption, textOption, wordsOf } from "./texts.ts";
import { readWebhook } from "./webhook-url.ts";

interface TeamsOptions {
  readonly webhook: SecretName;
  readonly text?: Template | undefined;
  readonly button: string;
}

const decided = z.object({ webhook: plannedSecret, text: plannedText, button: z.string() });

/** Bytes of a text: a message may have 28 KB with all that is around it. */
const most = 20_000;

export const teams: Announcer<TeamsOptions> = {
  kind: "teams",
  summary: "A card in a channel of Microsoft Teams, by a workflow that posts what a webhook receives.",
  example: "announce:\n  - teams: env:TEAMS_WEBHOOK\n",
  primary: "webhook",
  repeatable: false,
  schema: z.strictObject({
    webhook: secretOption("address of the workflow's webhook, which is a secret"),
    text: textOption,
    button: z.string().default("Open the release").describe("words of the button that leads to the release"),
  }),
  decide: ({ options: { webhook, text, button } }, scope) => ({ webhook, text: planned(text, scope), button }),
  preview: (options, context) => textOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const { url, secrets } = await readWebhook(said.webhook, context);
    await send(context, {
      service: "Teams",
      url,
      secrets,
      json: messageOf(said, context),
      repeatable: false,
      hint: "Look whether the workflow is still there and turned on; addresses of the old connectors take nothing any more.",
    });
    return { outcome: "done" };
  },
};

type Said = z.output<typeof decided>;

function textOf({ text }: Said, context: AnnounceContext): string {
  return fit(wordsOf(text, context), { most, measure: Buffer.byteLength, url: context.url });
}

/** What "Post to a channel when a webhook request is received" takes: an Adaptive Card 1.4 as an attachment. */
function messageOf(said: Said, context: AnnounceContext): JsonObject {
  const { about, url } = context;
  const blocks = [
    { type: "TextBlock", text: about.title, weight: "Bolder", size: "Medium", wrap: true },
    { type: "TextBlock", text: textOf(said, context), wrap: true },
  ];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: blocks,
    ...(url === "" ? {} : { actions: [{ type: "Action.OpenUrl", title: said.button, url }] }),
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}
