/** Announcements as an update of a collective on Open Collective. */
import { Problem } from "../../model/problem.ts";
import { type SecretName, template, z } from "../../model/schema.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { jsonIn, maybeSaid, send } from "./send.ts";
import { serverUrl } from "./server.ts";
import { lateText, planned, plannedSecret, plannedText, secretOption, wordsOf } from "./texts.ts";

interface OpenCollectiveOptions {
  readonly slug: string;
  readonly token: SecretName;
  readonly title?: Template | undefined;
  readonly html?: Template | undefined;
  readonly server?: Template | undefined;
}

const decided = z.object({
  slug: z.string(),
  token: plannedSecret,
  title: plannedText,
  html: plannedText,
  server: z.string(),
});
type Said = z.output<typeof decided>;

const answered = z.object({
  data: z.record(z.string(), z.object({ id: z.string(), slug: z.string().nullish() })).nullish(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** https://docs.opencollective.com/help/developers/api: an update is a draft until it is published. */
const create = "mutation ($update: UpdateCreateInput!) { createUpdate(update: $update) { id slug } }";
const publish =
  "mutation ($id: String!, $audience: UpdateAudience) { publishUpdate(id: $id, notificationAudience: $audience) { id slug } }";

export const opencollective: Announcer<OpenCollectiveOptions> = {
  kind: "opencollective",
  summary: "An update of a collective on Open Collective.",
  example: "announce:\n  - { opencollective: acme, token: env:OPENCOLLECTIVE_TOKEN }\n",
  primary: "slug",
  repeatable: false,
  schema: z.strictObject({
    slug: z.string().describe("the collective, as its address has it"),
    token: secretOption("personal token with the scope `updates`"),
    title: lateText("left out: `TITLE is out`").optional(),
    html: lateText("what is said, as HTML; left out: a link to the release").optional(),
    server: template("another server than https://api.opencollective.com").optional(),
  }),
  decide: ({ options: { slug, token, title, html, server } }, scope) => ({
    slug,
    token: { ...token },
    title: planned(title, scope),
    html: planned(html, scope),
    server: server === undefined ? "https://api.opencollective.com/" : serverUrl(server, scope),
  }),
  preview: (options, context) => titleOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const token = await readToken(said.token, context);
    const update = { title: titleOf(said, context), html: htmlOf(said, context), account: { slug: said.slug } };
    const draft = await ask(said, token, context, { query: create, variables: { update } });
    const shown = await ask(said, token, context, { query: publish, variables: { id: draft.id, audience: "ALL" } });
    const { slug } = shown;
    return { outcome: "done", url: `https://opencollective.com/${said.slug}/updates/${slug ?? ""}` };
  },
};

/** The one thing that is answered. Errors of GraphQL come with the status of success. */
async function ask({ server, token: secret }: Said, token: string, context: AnnounceContext, json: JsonObject) {
  const hint = `The token of ${secretWords(secret)} needs the scope updates, of somebody who administers the collective.`;
  const answer = await send(context, {
    service: "Open Collective",
    url: new URL("graphql/v2", server),
    headers: { "personal-token": token },
    secrets: [token],
    json,
    repeatable: false,
    hint,
  });
  const read = jsonIn(answer, answered);
  const [error] = read?.errors ?? [];
  if (error !== undefined)
    throw new Problem("store.denied", `Open Collective did not take it: ${error.message.slice(0, 200)}`, { hint });
  const [one] = Object.values(read?.data ?? {});
  if (one === undefined) throw maybeSaid({ message: "Open Collective answers with nothing" }, "Open Collective");
  return one;
}

function titleOf({ title }: Said, context: AnnounceContext): string {
  const words = title === null ? `${context.about.title} is out` : wordsOf(title, context);
  return fit(words, { most: 255, url: "" });
}

function htmlOf({ html }: Said, context: AnnounceContext): string {
  if (html !== null) return wordsOf(html, context);
  const { about, url } = context;
  return url === "" ? `<p>${escaped(about.title)}</p>` : `<p><a href="${escaped(url)}">${escaped(about.title)}</a></p>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
