/** The texts of a repository on Docker Hub: its description and its page, from the project's files. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { type SecretName, template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { readToken, secretWords } from "../../store/token.ts";
import { fit } from "./fit.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import { jsonIn, send } from "./send.ts";
import { serverUrl } from "./server.ts";
import { lateText, optionalWords, planned, plannedSecret, plannedText, secretOption } from "./texts.ts";

interface DockerHubOptions {
  readonly repository: Template;
  readonly username: Template;
  readonly token: SecretName;
  readonly description?: Template | undefined;
  readonly readme?: Template | undefined;
  readonly server?: Template | undefined;
}

const decided = z.object({
  repository: z.string(),
  username: z.string(),
  token: plannedSecret,
  description: plannedText,
  readme: z.string(),
  server: z.string(),
});
type Said = z.output<typeof decided>;

/** What Docker Hub keeps: https://docs.docker.com/reference/api/hub/latest/#tag/repositories */
const page = z.object({ description: z.string().nullish(), full_description: z.string().nullish() });
const login = z.object({ access_token: z.string() });

export const dockerhub: Announcer<DockerHubOptions> = {
  kind: "dockerhub",
  summary: "The description and the page of a repository on Docker Hub, from the project's own.",
  example: "announce:\n  - { dockerhub: acme/tool, username: acme, token: env:DOCKERHUB_TOKEN, readme: README.md }\n",
  primary: "repository",
  repeatable: true,
  schema: z.strictObject({
    repository: template("the repository: `acme/tool`"),
    username: template("who changes it"),
    token: secretOption("password, or access token that may read, write and delete, of who changes it"),
    description: lateText("short description, of at most 100 characters; left out: it stays").optional(),
    readme: template("file of the project that becomes the page; left out: it stays").optional(),
    server: template("another server than https://hub.docker.com").optional(),
  }),
  decide({ options, place }, scope) {
    const repository = options.repository
      .render(scope)
      .trim()
      .replace(/^docker\.io\//, "");
    if (!/^[a-z0-9_-]+\/[a-z0-9._-]+$/.test(repository))
      throw new Problem("plan.invalid", `"${repository}" is no repository of Docker Hub`, {
        place: options.repository.place,
        expected: "a namespace and a name: acme/tool",
      });
    if (options.description === undefined && options.readme === undefined)
      throw new Problem("plan.invalid", "nothing on Docker Hub would change", {
        place,
        expected: "a `description`, a `readme`, or both",
      });
    return {
      repository,
      username: options.username.render(scope).trim(),
      token: { ...options.token },
      description: planned(options.description, scope),
      readme: options.readme?.render(scope).trim() ?? "",
      server: options.server === undefined ? "https://hub.docker.com/" : serverUrl(options.server, scope),
    };
  },
  preview(options, context) {
    const { repository, description, readme } = decided.parse(options);
    const words = optionalWords(description, context);
    return [repository, words, readme === "" ? "" : `its page: ${readme}`].filter((line) => line !== "").join("\n");
  },
  async announce(options, context) {
    const said = decided.parse(options);
    const wanted = await textsOf(said, context);
    const hub = await openHub(said, context);
    const { description, full_description: full } = await hub.read();
    const is = { description: description ?? "", full_description: full ?? "" };
    const differs = Object.entries(wanted).some(([name, text]) => is[name as keyof typeof is] !== text);
    if (differs) await hub.change(wanted);
    return { outcome: differs ? "done" : "already", url: `${said.server}r/${said.repository}` };
  },
};

/** 100 characters and 25,000 bytes are kept; of a longer page nothing is, so it is cut. */
async function textsOf({ description, readme }: Said, context: AnnounceContext) {
  const words = optionalWords(description, context);
  const path = resolve(context.root, readme);
  const text = readme === "" ? undefined : await onDisk(path, () => readFile(path, "utf8"));
  return {
    ...(words === "" ? {} : { description: fit(words, { most: 100, url: "" }) }),
    ...(text === undefined ? {} : { full_description: cutPage(text, context.url) }),
  };
}

function cutPage(text: string, url: string): string {
  return Buffer.byteLength(text) <= 25_000 ? text : fit(text, { most: 25_000, measure: Buffer.byteLength, url });
}

async function openHub({ server, repository, username, token }: Said, context: AnnounceContext) {
  const secret = await readToken(token, context);
  const common = {
    service: "Docker Hub",
    secrets: [secret],
    repeatable: true,
    hint: `The token of ${secretWords(token)} has to be of ${username}, who may change ${repository}.`,
  };
  const url = new URL(`v2/namespaces/${repository.replace("/", "/repositories/")}`, server);
  const logged = await send(context, {
    ...common,
    url: new URL("v2/auth/token", server),
    json: { identifier: username, secret },
  });
  const session = understood(jsonIn(logged, login)).access_token;
  const asked = { ...common, secrets: [secret, session], authorization: `Bearer ${session}` };
  return {
    async read() {
      return understood(jsonIn(await send(context, { ...asked, url, method: "GET" }), page));
    },
    change: (texts: Readonly<Record<string, string>>) =>
      send(context, { ...asked, url: new URL(`v2/repositories/${repository}/`, server), method: "PATCH", json: texts }),
  };
}

function understood<T>(answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw new Problem("store.failed", "Docker Hub answers with something else than its documentation says");
}
