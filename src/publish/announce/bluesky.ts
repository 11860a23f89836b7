/** Announcements as a post on Bluesky, or on another server of the AT Protocol. */
import { type SecretName, template, z } from "../../model/schema.ts";
import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { jsonIn, send } from "./send.ts";
import { serverUrl } from "./server.ts";
import { planned, plannedSecret, plannedText, secretOption, textOption, wordsOf } from "./texts.ts";

interface BlueskyOptions {
  readonly user: Template;
  readonly password: SecretName;
  readonly text?: Template | undefined;
  readonly server?: Template | undefined;
}

const decided = z.object({ user: z.string(), password: plannedSecret, text: plannedText, server: z.string() });
type Said = z.output<typeof decided>;

const session = z.object({ accessJwt: z.string(), did: z.string(), handle: z.string().optional() });

export const bluesky: Announcer<BlueskyOptions> = {
  kind: "bluesky",
  summary: "A post on Bluesky.",
  example: "announce:\n  - { bluesky: acme.bsky.social, password: env:BLUESKY_PASSWORD }\n",
  primary: "user",
  repeatable: true,
  schema: z.strictObject({
    user: template("handle of who says it: `acme.bsky.social`"),
    password: secretOption("an app password of that account"),
    text: textOption,
    server: template("another server than https://bsky.social").optional(),
  }),
  decide: ({ options: { user, password, text, server } }, scope) => ({
    user: user.render(scope).trim(),
    password: { ...password },
    text: planned(text, scope),
    server: server === undefined ? "https://bsky.social/" : serverUrl(server, scope),
  }),
  preview: (options, context) => textOf(decided.parse(options), context),
  async announce(options, context) {
    const said = decided.parse(options);
    const password = await readToken(said.password, context);
    const common = {
      service: "Bluesky",
      repeatable: true,
      hint: `Look at the account's name, and at the app password of ${secretWords(said.password)}.`,
    };
    const logged = await send(context, {
      ...common,
      url: new URL("xrpc/com.atproto.server.createSession", said.server),
      json: { identifier: said.user, password },
      secrets: [password],
    });
    const login = jsonIn(logged, session);
    if (login === undefined)
      throw new Problem("store.failed", "Bluesky answers with something else than its documentation says");
    const rkey = keyOf(context);
    await send(context, {
      ...common,
      // https://docs.bsky.app/docs/api/com-atproto-repo-put-record: the second with the same key is the first.
      url: new URL("xrpc/com.atproto.repo.putRecord", said.server),
      authorization: `Bearer ${login.accessJwt}`,
      json: { repo: login.did, collection: "app.bsky.feed.post", rkey, record: postOf(textOf(said, context)) },
      secrets: [password, login.accessJwt],
    });
    return { outcome: "done", url: `https://bsky.app/profile/${login.handle ?? said.user}/post/${rkey}` };
  },
};

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The lexicon app.bsky.feed.post: 300 graphemes, and 3000 bytes, which a few emoji fill. */
function textOf({ text }: Said, context: AnnounceContext): string {
  const measure = (words: string): number =>
    Math.max(Array.from(graphemes.segment(words)).length, Math.ceil(Buffer.byteLength(words) / 10));
  return fit(wordsOf(text, context), { most: 300, measure, url: context.url });
}

/** https://docs.bsky.app/docs/advanced-guides/post-richtext: links are told by the bytes they stand at. */
function postOf(text: string): JsonObject {
  const facets = [...text.matchAll(/https?:\/\/[^\s]+[^\s.,;:!?)\]}'"]/g)].map(({ index, 0: uri }) => {
    const byteStart = Buffer.byteLength(text.slice(0, index));
    return {
      index: { byteStart, byteEnd: byteStart + Buffer.byteLength(uri) },
      features: [{ $type: "app.bsky.richtext.facet#link", uri }],
    };
  });
  return { $type: "app.bsky.feed.post", text, createdAt: new Date().toISOString(), facets };
}

const base32 = "234567abcdefghijklmnopqrstuvwxyz";

/** A timestamp identifier (https://atproto.com/specs/tid) of the release's clock, and of what tells this announcement from others. */
function keyOf({ about, once }: AnnounceContext): string {
  const own = BigInt(`0x${once.slice(0, 8)}`);
  const microseconds = BigInt(about.epoch) * 1_000_000n + ((own >> 12n) % 1_000_000n);
  let value = (microseconds << 10n) | (own & 1023n);
  let text = "";
  for (let digit = 0; digit < 13; digit += 1) {
    text = `${base32[Number(value & 31n)] ?? ""}${text}`;
    value >>= 5n;
  }
  return text;
}
