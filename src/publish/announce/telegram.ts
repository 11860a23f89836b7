/** Announcements in a chat or channel of Telegram, by a bot. */
import { type SecretName, template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { send } from "./send.ts";
import { serverUrl } from "./server.ts";
import { planned, plannedSecret, plannedText, secretOption, textOption, wordsOf } from "./texts.ts";

const mode = z.enum(["plain", "MarkdownV2", "HTML"]);

interface TelegramOptions {
  readonly chat: string | number;
  readonly token: SecretName;
  readonly text?: Template | undefined;
  readonly mode: z.output<typeof mode>;
  readonly thread?: number | undefined;
  readonly server?: Template | undefined;
}

const decided = z.object({
  chat: z.string(),
  token: plannedSecret,
  text: plannedText,
  mode,
  thread: z.number().nullable(),
  server: z.string(),
});
type Said = z.output<typeof decided>;

export const telegram: Announcer<TelegramOptions> = {
  kind: "telegram",
  summary: "A message in a chat or channel of Telegram.",
  example: 'announce:\n  - { telegram: "@acme_news", token: env:TELEGRAM_TOKEN }\n',
  primary: "chat",
  repeatable: false,
  schema: z.strictObject({
    chat: z.union([z.string(), z.int()]).describe("`@channel`, or the number of a chat, which the bot is in"),
    token: secretOption("the bot's token"),
    text: textOption,
    mode: mode.default("plain").describe("how the text is read: `plain`, `MarkdownV2` or `HTML`"),
    thread: z.int().describe("number of a topic in a forum").optional(),
    server: template("another server of the Bot API than https://api.telegram.org").optional(),
  }),
  decide: ({ options: { chat, token, text, mode: reading, thread, server } }, scope) => ({
    chat: String(chat),
    token: { ...token },
    text: planned(text, scope),
    mode: reading,
    thread: thread ?? null,
    server: server === undefined ? "https://api.telegram.org/" : serverUrl(server, scope),
  }),
  preview: (options, context) => textOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const token = await readToken(said.token, context);
    await send(context, {
      service: "Telegram",
      // https://core.telegram.org/bots/api#sendmessage
      url: new URL(`bot${token}/sendMessage`, said.server),
      secrets: [token],
      json: {
        chat_id: said.chat,
        text: textOf(said, context),
        ...(said.mode === "plain" ? {} : { parse_mode: said.mode }),
        ...(said.thread === null ? {} : { message_thread_id: said.thread }),
      },
      repeatable: false,
      hint: `Look whether the bot of ${secretWords(said.token)} is in the chat and may write there.`,
    });
    return { outcome: "done" };
  },
};

/** 4096 UTF-16 units. A text with markup is not cut in the middle of it: Telegram says what is wrong with it. */
function textOf({ text, mode: reading }: Said, context: AnnounceContext): string {
  const words = wordsOf(text, context);
  return reading === "plain" ? fit(words, { most: 4096, measure: ({ length }) => length, url: context.url }) : words;
}
