/** Every kind of announcement sends what its service documents, once, and shows no secret when it is refused. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { problemsOf, type Problem } from "../../../src/model/problem.ts";
import type { Announced } from "../../../src/publish/announce/kind.ts";
import { isDoubtful } from "../../../src/publish/announce/send.ts";
import { announcements } from "../../../src/publish/announce/table.ts";
import { type AnnounceServer, startAnnounceServer } from "../../servers/announce.ts";
import { bluesky, discordMessage } from "./descriptions.ts";
import { announceContext, type AnnounceWorld, optionsOf, releaseUrl } from "./world.ts";

let server: AnnounceServer;
beforeAll(async () => {
  server = await startAnnounceServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.heard.length = 0;
  server.answer(() => ({ status: 200 }));
});

const hook = "/services/T000/B000/s3cretpath";

/** Announces by the one entry of a config; secrets are the webhook's address and a token. */
function say(entry: string, world: AnnounceWorld = {}): Promise<Announced> {
  const kind = announcements.get(/^\{? ?(\w+)/.exec(entry)?.[1] ?? "");
  if (kind === undefined) throw new Error(entry);
  const secrets = { "env:HOOK": server.url + hook, "env:TOKEN": "t0ken-secret", ...world.secrets };
  return kind.announce(optionsOf(entry), announceContext({ ...world, secrets }));
}

async function failing(work: Promise<unknown>): Promise<Problem> {
  const thrown: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const [problem] = problemsOf(thrown) ?? [];
  if (problem === undefined) throw thrown;
  return problem;
}

const sent = (): unknown => JSON.parse(server.heard[0]?.body ?? "");

describe("Slack", () => {
  test("is sent what an incoming webhook takes", async () => {
    await say('{ slack: env:HOOK, text: "{{ project }} {{ tag }}: {{ release.url }}", username: bot, icon: ":ship:" }');
    // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    expect(server.heard).toMatchObject([
      { method: "POST", path: hook, headers: { "content-type": "application/json" } },
    ]);
    expect(sent()).toEqual({ text: `tool v1.2.3: ${releaseUrl}`, username: "bot", icon_emoji: ":ship:" });
  });

  test("says the title and the address where the config says nothing, and the title where there is no address", async () => {
    await say("slack: env:HOOK");
    expect(sent()).toEqual({ text: `tool 1.2.3 is out: ${releaseUrl}` });
    server.heard.length = 0;
    await say("slack: env:HOOK", { url: "" });
    expect(sent()).toEqual({ text: "tool 1.2.3 is out" });
  });

  test("refuses in its own words, and the address is not among them", async () => {
    server.answer(() => ({ status: 404, body: `no_service at ${hook}` }));
    const problem = await failing(say("slack: env:HOOK"));
    expect(problem).toMatchObject({
      code: "store.denied",
      message: "Slack did not take it: status 404, no_service at ***",
    });
    expect(isDoubtful(problem)).toBe(false);
  });

  test("is not told twice where nobody knows whether it heard: after a hang-up, after a failure of its own", async () => {
    for (const reply of ["cut", { status: 502 }] as const) {
      server.heard.length = 0;
      server.answer(() => reply);
      const problem = await failing(say("slack: env:HOOK"));
      expect(server.heard).toHaveLength(1);
      expect(problem.code).toBe("store.unreachable");
      expect(isDoubtful(problem)).toBe(true);
    }
  });

  test("is told again where it asks for that", async () => {
    let asked = 0;
    server.answer(() => (asked++ === 0 ? { status: 429, headers: { "retry-after": "0" } } : { status: 200 }));
    expect(await say("slack: env:HOOK")).toEqual({ outcome: "done" });
    expect(server.heard).toHaveLength(2);
  });

  test("is unreachable without doubt where nobody listens", async () => {
    const problem = await failing(say("slack: env:HOOK", { secrets: { "env:HOOK": "http://127.0.0.1:9/x" } }));
    expect(problem.code).toBe("store.unreachable");
    expect(isDoubtful(problem)).toBe(false);
  });

  test("has no webhook where the secret is no address", async () => {
    const problem = await failing(say("slack: env:HOOK", { secrets: { "env:HOOK": "s3cret words" } }));
    expect(problem).toMatchObject({ code: "key.invalid", message: "env:HOOK is no address of a webhook" });
  });
});

test("nobody is called by what a commit says, in Slack and where the same is taken", async () => {
  const notes = "<!channel> <@U123> <!subteam^S1|all> @here @ALL mail@here.example @allison";
  await say(`{ slack: env:HOOK, text: "${notes}" }`);
  await say(`{ slack: env:HOOK, text: "${notes}", mentions: true }`);
  const [safe = "", plain] = server.heard.map(({ body }) => (JSON.parse(body) as { text: string }).text);
  expect(safe).not.toMatch(/<[!@]|@(here|all|channel)\b/i);
  expect(safe).toContain("@allison");
  expect(plain).toBe(notes);
});

describe("Discord", () => {
  test("is sent a message that calls nobody, with a box of the notes", async () => {
    const notes = async (): Promise<string> => `@everyone ${"word ".repeat(2000)}`;
    await say(
      '{ discord: env:HOOK, text: "{{ release.url }} {{ vars.long }}", notes: true, color: 255 }'.replace(
        "{{ vars.long }}",
        "long ".repeat(900),
      ),
      { about: { notes } },
    );
    expect(server.heard[0]?.path).toBe(`${hook}?wait=true`);
    const message = await discordMessage(sent());
    expect(sent()).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(message.content).toMatch(/long… https:\/\/forge\.example\/\S+$/);
    expect(message.embeds?.[0]).toMatchObject({ title: "tool 1.2.3", url: releaseUrl, color: 255 });
    expect(message.embeds?.[0]?.description).toMatch(/word… https:\/\/forge\.example\/\S+$/);
  });
});

/** An Adaptive Card in the message of a workflow: https://adaptivecards.io/explorer and Microsoft's page on incoming webhooks. */
const teamsMessage = z.strictObject({
  type: z.literal("message"),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal("application/vnd.microsoft.card.adaptive"),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
        type: z.literal("AdaptiveCard"),
        version: z.literal("1.4"),
        body: z.array(
          z.strictObject({
            type: z.literal("TextBlock"),
            text: z.string(),
            wrap: z.literal(true),
            weight: z.literal("Bolder").optional(),
            size: z.literal("Medium").optional(),
          }),
        ),
        actions: z.array(z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.string(), url: z.url() })),
      }),
    }),
  ]),
});

test("Teams is sent a card with a button, of less than 28 KB whatever its text", async () => {
  server.answer(() => ({ status: 202 }));
  await say(`{ teams: env:HOOK, text: "${"ä ".repeat(20_000)}" }`);
  const [{ content }] = teamsMessage.parse(sent()).attachments;
  expect(Buffer.byteLength(server.heard[0]?.body ?? "")).toBeLessThan(28_000);
  expect(content.body[0]?.text).toBe("tool 1.2.3");
  expect(content.actions[0]?.url).toBe(releaseUrl);
});

describe("Mastodon", () => {
  const entry = (): string => `{ mastodon: "${server.url}", token: env:TOKEN, text: "${"many words ".repeat(80)}" }`;

  test("is told once though the answer was lost: both requests have one key", async () => {
    const statuses = new Map<string, unknown>();
    server.answer(({ headers, body }) => {
      const key = String(headers["idempotency-key"]);
      const isSecond = statuses.has(key);
      statuses.set(key, JSON.parse(body));
      return isSecond ? { status: 200, body: { id: "1", url: "https://m.example/@tool/1" } } : "cut";
    });
    expect(await say(entry())).toEqual({ outcome: "done", url: "https://m.example/@tool/1" });
    expect([...statuses.keys()]).toEqual(["a".repeat(64)]);
    // https://docs.joinmastodon.org/methods/statuses/#create
    expect(server.heard[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/statuses",
      headers: { authorization: "Bearer t0ken-secret" },
    });
    const said = [...statuses.values()][0] as { status: string };
    expect(said).toEqual({ status: expect.any(String), visibility: "public" });
    const { status } = said;
    // A link counts for 23 characters.
    expect(Array.from(status).length - releaseUrl.length + 23).toBeLessThanOrEqual(500);
    expect(status).toMatch(new RegExp(`(words|many)… ${releaseUrl}$`));
  });

  test("refuses a token without showing it", async () => {
    server.answer(() => ({ status: 401, body: { error: "The access token t0ken-secret is invalid" } }));
    expect(await failing(say(entry()))).toMatchObject({
      code: "store.denied",
      message: "Mastodon did not take it: status 401, The access token *** is invalid",
    });
  });
});

test("Matrix is told by a transaction, which is the same each time", async () => {
  let asked = 0;
  server.answer(() => (asked++ === 0 ? { status: 502 } : { status: 200, body: { event_id: "$1" } }));
  await say(
    `{ matrix: "${server.url}", room: "!abc:m.example", token: env:TOKEN, html: "<b>{{ release.title }}</b>" }`,
  );
  // Client-Server API v1.11, 11.6.3: PUT /rooms/{roomId}/send/{eventType}/{txnId}
  const path = `/_matrix/client/v3/rooms/!abc%3Am.example/send/m.room.message/${"a".repeat(64)}`;
  expect(server.heard.map((one) => [one.method, one.path])).toEqual([
    ["PUT", path],
    ["PUT", path],
  ]);
  expect(sent()).toEqual({
    msgtype: "m.notice",
    body: `tool 1.2.3 is out: ${releaseUrl}`,
    format: "org.matrix.custom.html",
    formatted_body: "<b>tool 1.2.3</b>",
  });
});

test("Telegram is sent a message of at most 4096 units, and its token, which is part of the address, is in no message", async () => {
  const entry = `{ telegram: "@news", token: env:TOKEN, server: "${server.url}", thread: 5, text: "${"🚢 ship ".repeat(900)}" }`;
  await say(entry);
  // https://core.telegram.org/bots/api#sendmessage
  expect(server.heard[0]?.path).toBe("/bott0ken-secret/sendMessage");
  const message = sent() as { text: string };
  expect(message).toEqual({ chat_id: "@news", message_thread_id: 5, text: expect.any(String) });
  expect(message.text.length).toBeLessThanOrEqual(4096);
  server.answer(() => ({ status: 404, body: { ok: false, description: "Not Found: bott0ken-secret" } }));
  expect((await failing(say(entry))).message).not.toContain("t0ken-secret");
});

describe("a webhook", () => {
  test("is sent facts about the release, signed as GitHub signs", async () => {
    await say(`{ webhook: "${server.url}/in?x=1", secret: env:TOKEN, headers: { X-Tag: "{{ tag }}" } }`);
    const [heard] = server.heard;
    expect(heard).toMatchObject({ method: "POST", path: "/in?x=1" });
    expect(JSON.parse(heard?.body ?? "")).toMatchObject({
      event: "released",
      project: "tool",
      version: "1.2.3",
      tag: "v1.2.3",
      url: releaseUrl,
      date: "2026-01-30T12:00:00Z",
      notes: "### Features\n\n- more (#7)\n",
    });
    const hmac = createHmac("sha256", "t0ken-secret")
      .update(heard?.body ?? "")
      .digest("hex");
    expect(heard?.headers).toMatchObject({
      "x-hub-signature-256": `sha256=${hmac}`,
      "x-tag": "v1.2.3",
      "idempotency-key": "a".repeat(64),
    });
  });

  test("may have any method, body and login, and an address that is a secret", async () => {
    await say(
      '{ webhook: env:HOOK, method: PUT, type: text/plain, authorization: env:TOKEN, body: "{{ version }} {{ release.title }}" }',
    );
    expect(server.heard).toMatchObject([
      {
        method: "PUT",
        path: hook,
        body: "1.2.3 tool 1.2.3",
        headers: { "content-type": "text/plain", authorization: "t0ken-secret" },
      },
    ]);
  });

  test("is not followed elsewhere", async () => {
    server.answer(() => ({ status: 307, headers: { location: `${server.url}/elsewhere` } }));
    expect(await failing(say("webhook: env:HOOK"))).toMatchObject({ code: "store.failed" });
    expect(server.heard).toHaveLength(1);
  });
});

describe("Docker Hub", () => {
  const entry = (): string =>
    `{ dockerhub: docker.io/acme/tool, username: ada, token: env:TOKEN, description: "${"tool ".repeat(30)}", readme: LICENSE, server: "${server.url}" }`;

  /** https://docs.docker.com/reference/api/hub/latest: a login, what is there, what is to be. */
  function hub(kept: Record<string, unknown>) {
    return ({
      method,
      path,
      headers,
      body,
    }: {
      method: string;
      path: string;
      headers: Record<string, unknown>;
      body: string;
    }) => {
      if (path === "/v2/auth/token") {
        expect(JSON.parse(body)).toEqual({ identifier: "ada", secret: "t0ken-secret" });
        return { status: 200, body: { access_token: "session" } };
      }
      if (headers["authorization"] !== "Bearer session") return { status: 401 };
      if (method === "GET" && path === "/v2/namespaces/acme/repositories/tool") return { status: 200, body: kept };
      if (method !== "PATCH" || path !== "/v2/repositories/acme/tool/") return { status: 404 };
      Object.assign(kept, JSON.parse(body));
      return { status: 200, body: kept };
    };
  }

  test("gets both texts, cut to what it keeps, and is left alone where it has them", async () => {
    const kept: Record<string, unknown> = { description: "old", full_description: null };
    server.answer(hub(kept));
    expect(await say(entry(), { root: process.cwd() })).toMatchObject({ outcome: "done" });
    expect(Array.from(String(kept["description"])).length).toBeLessThanOrEqual(100);
    expect(kept["full_description"]).toContain("MIT License");
    server.heard.length = 0;
    expect(await say(entry(), { root: process.cwd() })).toMatchObject({ outcome: "already" });
    expect(server.heard.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });
});

describe("Bluesky", () => {
  const entry = (words = "more "): string =>
    `{ bluesky: acme.bsky.social, password: env:TOKEN, server: "${server.url}", text: "ä 🚢 see {{ release.url }}. ${words.repeat(80)}" }`;

  test("gets one record whatever was lost, with links at the bytes where they stand", async () => {
    const records = new Map<string, ReturnType<typeof bluesky.put>["record"]>();
    const session = {
      accessJwt: "jwt-of-session",
      refreshJwt: "jwt-of-refresh",
      did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      handle: "acme.bsky.social",
    };
    const kept = {
      uri: `at://${session.did}/app.bsky.feed.post/3jui7kd54zh2y`,
      cid: "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
    };
    bluesky.session(session);
    bluesky.putAnswer(kept);
    let asked = 0;
    server.answer(({ path, body, headers }) => {
      if (path === "/xrpc/com.atproto.server.createSession") {
        bluesky.login(JSON.parse(body));
        return { status: 200, body: session };
      }
      if (path !== "/xrpc/com.atproto.repo.putRecord" || headers.authorization !== "Bearer jwt-of-session")
        return { status: 404 };
      const { rkey, record, repo, collection } = bluesky.put(JSON.parse(body));
      expect([repo, collection]).toEqual([session.did, "app.bsky.feed.post"]);
      records.set(rkey, record);
      return asked++ === 0 ? "cut" : { status: 200, body: kept };
    });
    const { url } = await say(entry());
    expect(server.heard).toHaveLength(3);
    const [[rkey, record] = []] = [...records];
    expect(records.size).toBe(1);
    // https://atproto.com/specs/tid
    expect(rkey).toMatch(/^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
    expect(url).toBe(`https://bsky.app/profile/acme.bsky.social/post/${rkey}`);
    const text = record?.text ?? "";
    expect(Array.from(new Intl.Segmenter("en").segment(text)).length).toBeLessThanOrEqual(300);
    const linked = record?.facets?.map(({ index }) =>
      Buffer.from(text).subarray(index.byteStart, index.byteEnd).toString(),
    );
    expect(linked).toEqual([releaseUrl, releaseUrl]);
    await say(entry(), { once: "b".repeat(64) });
    expect(records.size).toBe(2);
    // Few of what people take for a character may be too many bytes.
    await say(entry("👩‍👩‍👧‍👦👩‍👩‍👧‍👦 "), { once: "c".repeat(64) });
    expect(records.size).toBe(3);
  });

  test("refuses a wrong password without showing it", async () => {
    server.answer(() => ({ status: 401, body: { error: "AuthenticationRequired", message: "not t0ken-secret" } }));
    const problem = await failing(say(entry()));
    expect(problem.code).toBe("store.denied");
    expect(problem.message).not.toContain("t0ken-secret");
  });
});

test("Discourse gets a topic with the notes, and says where it is", async () => {
  server.answer(() => ({ status: 200, body: { id: 1, topic_id: 42, topic_slug: "tool-1-2-3-is-out" } }));
  const { url } = await say(`{ discourse: "${server.url}", key: env:TOKEN, username: bot, category: 6 }`);
  expect(url).toBe(`${server.url}/t/tool-1-2-3-is-out/42`);
  // https://docs.discourse.org/#tag/Posts/operation/createTopicPostPM
  expect(server.heard[0]).toMatchObject({
    path: "/posts.json",
    headers: { "api-key": "t0ken-secret", "api-username": "bot" },
  });
  expect(sent()).toEqual({
    title: "tool 1.2.3 is out",
    raw: `${releaseUrl}\n\n### Features\n\n- more (#7)`,
    category: 6,
  });
});

describe("Open Collective", () => {
  const entry = (): string => `{ opencollective: acme, token: env:TOKEN, server: "${server.url}" }`;

  test("gets an update that is published", async () => {
    server.answer(({ body }) => {
      const { query } = JSON.parse(body) as { readonly query: string };
      const name = query.includes("createUpdate") ? "createUpdate" : "publishUpdate";
      return { status: 200, body: { data: { [name]: { id: "u1", slug: "tool-is-out" } } } };
    });
    expect(await say(entry())).toEqual({ outcome: "done", url: "https://opencollective.com/acme/updates/tool-is-out" });
    const variables = server.heard.map(({ body }) => (JSON.parse(body) as { readonly variables: unknown }).variables);
    expect(variables).toEqual([
      {
        update: {
          title: "tool 1.2.3 is out",
          html: `<p><a href="${releaseUrl}">tool 1.2.3</a></p>`,
          account: { slug: "acme" },
        },
      },
      { id: "u1", audience: "ALL" },
    ]);
    expect(server.heard[0]).toMatchObject({ path: "/graphql/v2", headers: { "personal-token": "t0ken-secret" } });
  });

  test("refuses with a status of success, and nothing is taken for said", async () => {
    server.answer(() => ({ status: 200, body: { data: null, errors: [{ message: "You need to be logged in" }] } }));
    const problem = await failing(say(entry()));
    expect(problem).toMatchObject({
      code: "store.denied",
      message: expect.stringContaining("You need to be logged in"),
    });
    expect(isDoubtful(problem)).toBe(false);
  });
});
