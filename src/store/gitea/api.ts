/** Gitea's API of releases (routers/api/v1/repo/release*.go; Forgejo has the same), as far as a store needs it. */
import { z } from "zod";

import type { Json } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { contentTypeOf } from "../forge/content-type.ts";
import { notSeen } from "../forge/situations.ts";
import type { HttpBody, HttpClient } from "../http.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { type ApiAnswer, jsonApi, type JsonApi } from "../json-api.ts";
import { formWith } from "./form.ts";
import {
  type Attachment,
  attachmentOf,
  attachmentSchema,
  type GiteaRelease,
  type GiteaRepository,
  releaseSchema,
  type ReleaseText,
  repositorySchema,
} from "./shapes.ts";

export interface GiteaApi {
  readonly api: JsonApi;
  readonly http: HttpClient;
  /** Fails with `store.denied` where nobody sees it with this token. */
  repository(): Promise<GiteaRepository>;
  /** The release of a tag, drafts too; undefined where there is none. */
  releaseOf(tag: string): Promise<GiteaRelease | undefined>;
  release(id: number): Promise<GiteaRelease>;
  /** All of them, without drafts. */
  releases(): Promise<readonly GiteaRelease[]>;
  /** The newest that is no pre-release. */
  latest(): Promise<GiteaRelease | undefined>;
  /** Undefined where the tag has a release already. */
  create(text: ReleaseText & { readonly tag_name: string }): Promise<GiteaRelease | undefined>;
  edit(id: number, text: ReleaseText): Promise<GiteaRelease>;
  /** Takes away a release, which leaves its tag; one that is gone is gone. */
  remove(id: number): Promise<void>;
  attach(id: number, name: string, body: HttpBody): Promise<Attachment>;
  rename(id: number, attachment: number, name: string): Promise<void>;
  detach(id: number, attachment: number): Promise<void>;
  /** The commit a tag stands for; undefined where there is no such tag. */
  commitOf(tag: string): Promise<string | undefined>;
  removeTag(tag: string): Promise<void>;
  /** Whether the forge has a commit, or a branch. */
  hasCommit(ref: string): Promise<boolean>;
  /** The bytes of an attachment, also of a draft's. */
  download(attachment: Attachment): Promise<AsyncIterable<Uint8Array>>;
  /** A published file as anybody gets it. */
  read(
    tag: string,
    name: string,
    options: { readonly isPrivate: boolean },
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Where people find it. */
  page(tag: string, name?: string): string;
}

export interface GiteaApiOptions {
  readonly http: HttpClient;
  /** The forge's address, with a slash at its end. */
  readonly web: URL;
  /** `acme/tool`. */
  readonly repository: string;
  readonly token: string;
  /** Where the token was looked for. */
  readonly looked: string;
}

/** What the server's administrator allows of attachments; the API does not tell it beforehand. */
const limits: Readonly<Record<number, string>> = {
  400: "The server's ALLOWED_TYPES under [repository.release] in app.ini has to name that ending, or be empty.",
  413: "The server's FILE_MAX_SIZE under [repository.release] in app.ini, or a proxy before it, allows no file of that size.",
};

export function giteaApi({ http, web, repository, token, looked }: GiteaApiOptions): GiteaApi {
  const authorization = `token ${token}`;
  const api = jsonApi({ http, base: new URL("api/v1/", web), authorization, looked });
  const repo = `repos/${repository}`;
  const found = (what: string, answer: ApiAnswer): ApiAnswer | undefined => {
    if (answer.status === 404) return undefined;
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw api.refusal(what, answer);
  };
  const write = async (what: string, path: string, json: Json, method: "POST" | "PATCH"): Promise<ApiAnswer> =>
    api.must(what, { method, path: `${repo}/${path}`, json, repeatable: method === "PATCH" });
  const remove = async (what: string, path: string): Promise<void> => {
    found(what, await api.ask({ method: "DELETE", path: `${repo}/${path}` }));
  };
  const page = (tag: string, name?: string): string =>
    new URL(
      name === undefined
        ? `${repository}/releases/tag/${inPath(tag)}`
        : `${repository}/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(name)}`,
      web,
    ).href;

  async function opened(url: URL, withToken: boolean): Promise<AsyncIterable<Uint8Array> | undefined> {
    const answer = await http.open({
      method: "GET",
      url,
      repeatable: true,
      ...(withToken ? { authorization } : {}),
    });
    if (answer.status === 200) return answer.body;
    const { status, headers } = answer;
    if (status === 404) {
      await answer.discard();
      return undefined;
    }
    throw api.refusal(`download ${url.pathname}`, { status, headers, bytes: await firstBytes(answer.body) });
  }

  return {
    api,
    http,
    page,
    async repository() {
      const what = `look at ${web.host}/${repository}`;
      const answer = found(what, await api.ask({ method: "GET", path: repo }));
      if (answer !== undefined) return answer.as(repositorySchema);
      throw notSeen({ host: web.host, repository, looked });
    },
    async releaseOf(tag) {
      const what = `look for the release ${tag}`;
      const path = `${repo}/releases/tags/${encodeURIComponent(tag)}`;
      return found(what, await api.ask({ method: "GET", path }))?.as(releaseSchema);
    },
    async release(id) {
      return (await api.must("look at the release", { method: "GET", path: `${repo}/releases/${id}` })).as(
        releaseSchema,
      );
    },
    releases: () =>
      api.list(
        "list the releases",
        { method: "GET", path: `${repo}/releases`, query: { draft: "false", limit: 50 } },
        z.array(releaseSchema),
      ),
    async latest() {
      const answer = await api.ask({ method: "GET", path: `${repo}/releases/latest` });
      return found("look for the latest release", answer)?.as(releaseSchema);
    },
    async create(text) {
      const what = `create the release ${text.tag_name}`;
      const answer = await api.ask({ method: "POST", path: `${repo}/releases`, json: { ...text } });
      if (answer.status === 409) return undefined;
      if (answer.status === 201) return answer.as(releaseSchema);
      throw api.refusal(what, answer);
    },
    async edit(id, text) {
      const what = `change the release ${text.tag_name ?? id}`;
      return (await write(what, `releases/${id}`, { ...text }, "PATCH")).as(releaseSchema);
    },
    remove: (id) => remove("remove the release", `releases/${id}`),
    async attach(id, name, body) {
      const answer = await api.ask({
        method: "POST",
        path: `${repo}/releases/${id}/assets`,
        query: { name },
        body: formWith({ field: "attachment", name, type: contentTypeOf(name) }, body),
      });
      if (answer.status === 201) return attachmentOf(answer.as(attachmentSchema));
      const { code, message, hint } = api.refusal(`upload ${name}`, answer);
      throw new Problem(code, message, { hint: limits[answer.status] ?? hint });
    },
    async rename(id, attachment, name) {
      await write(`rename an attachment to ${name}`, `releases/${id}/assets/${attachment}`, { name }, "PATCH");
    },
    detach: (id, attachment) => remove("remove an attachment", `releases/${id}/assets/${attachment}`),
    async commitOf(tag) {
      const answer = await api.ask({ method: "GET", path: `${repo}/tags/${inPath(tag)}` });
      return found(`look for the tag ${tag}`, answer)?.as(z.object({ commit: z.object({ sha: z.string() }) })).commit
        .sha;
    },
    removeTag: (tag) => remove(`remove the tag ${tag}`, `tags/${inPath(tag)}`),
    async hasCommit(ref) {
      const answer = await api.ask({ method: "GET", path: `${repo}/git/commits/${inPath(ref)}` });
      return answer.status !== 422 && found(`look for ${ref}`, answer) !== undefined;
    },
    async download({ uuid, name }) {
      const bytes = await opened(new URL(`attachments/${encodeURIComponent(uuid)}`, web), true);
      if (bytes !== undefined) return bytes;
      throw new Problem("store.failed", `${web.host} lists ${name} and does not give it`);
    },
    read: (tag, name, { isPrivate }) => opened(new URL(page(tag, name)), isPrivate),
  };
}

/** Tags may have slashes, which stand as they are behind these paths. */
function inPath(tag: string): string {
  return tag.split("/").map(encodeURIComponent).join("/");
}
