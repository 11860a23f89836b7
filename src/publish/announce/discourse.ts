/** Announcements as a topic in a forum that runs Discourse. */
import { type SecretName, template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { jsonIn, send } from "./send.ts";
import { serverUrl } from "./server.ts";
import { lateText, planned, plannedSecret, plannedText, secretOption, wordsOf } from "./texts.ts";

interface DiscourseOptions {
  readonly server: Template;
  readonly key: SecretName;
  readonly username: string;
  readonly category: number;
  readonly title?: Template | undefined;
  readonly text?: Template | undefined;
}

const decided = z.object({
  server: z.string(),
  key: plannedSecret,
  username: z.string(),
  category: z.number(),
  title: plannedText,
  text: plannedText,
});
type Said = z.output<typeof decided>;

const posted = z.object({ topic_id: z.int(), topic_slug: z.string() });

export const discourse: Announcer<DiscourseOptions> = {
  kind: "discourse",
  summary: "A topic in a forum that runs Discourse.",
  example:
    "announce:\n  - { discourse: https://forum.example.org, key: env:DISCOURSE_KEY, username: release-bot, category: 6 }\n",
  primary: "server",
  repeatable: false,
  schema: z.strictObject({
    server: template("address of the forum"),
    key: secretOption("API key that may write topics"),
    username: z.string().describe("who says it"),
    category: z.int().min(1).describe("number of the category"),
    title: lateText("left out: `TITLE is out`").optional(),
    text: lateText("what is said; left out: the address, and the release notes").optional(),
  }),
  decide: ({ options: { server, key, title, text, ...plain } }, scope) => ({
    ...plain,
    server: serverUrl(server, scope),
    key: { ...key },
    title: planned(title, scope),
    text: planned(text, scope),
  }),
  preview: (options, context) => titleOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const key = await readToken(said.key, context);
    const answer = await send(context, {
      service: "Discourse",
      // https://docs.discourse.org/#tag/Posts/operation/createTopicPostPM
      url: new URL("posts.json", said.server),
      headers: { "api-key": key, "api-username": said.username },
      secrets: [key],
      json: { title: titleOf(said, context), raw: await textOf(said, context), category: said.category },
      repeatable: false,
      hint: `The key of ${secretWords(said.key)} has to be for ${said.username}, and may write in that category.`,
    });
    const topic = jsonIn(answer, posted);
    const url = topic === undefined ? undefined : `${said.server}t/${topic.topic_slug}/${topic.topic_id}`;
    return { outcome: "done", url };
  },
};

/** Discourse takes no title of fewer than 15 characters, nor of more than 255. */
function titleOf({ title }: Said, context: AnnounceContext): string {
  const words = title === null ? `${context.about.title} is out` : wordsOf(title, context);
  return fit(words, { most: 255, url: "" }).padEnd(15, ".");
}

async function textOf({ text }: Said, context: AnnounceContext): Promise<string> {
  const { about, url } = context;
  const usual = [url, await about.notes()].filter((part) => part.trim() !== "").join("\n\n");
  return fit(text === null ? usual : wordsOf(text, context), { most: 32_000, url });
}
