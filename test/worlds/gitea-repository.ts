/** A repository on the forge of tests, with a commit that can be tagged and released. */
import { createHash } from "node:crypto";

import type { Gitea } from "./gitea.ts";

export interface ForgeRepository {
  /** `ada/tool` */
  readonly name: string;
  /** Of its only commit. */
  readonly commit: string;
  /** Makes a tag; with a message an annotated one. */
  tag(name: string, message?: string): Promise<void>;
  /** A further commit on `main`. */
  grow(): Promise<string>;
  /** What the API answers, as the user who may do everything. */
  api(method: string, path: string, json?: unknown): Promise<{ readonly status: number; readonly json: unknown }>;
  /** A published file, as a stranger downloads it; undefined where there is none. */
  download(tag: string, name: string): Promise<Buffer | undefined>;
  /** Names and digests of all files of a release, with those a list has twice. */
  files(tag: string): Promise<readonly string[]>;
}

interface Released {
  readonly id: number;
  readonly assets: readonly { readonly name: string; readonly browser_download_url: string }[];
}

export async function giteaRepository(gitea: Gitea, short: string): Promise<ForgeRepository> {
  const name = `${gitea.user}/${short}`;
  const ask = async (method: string, path: string, json?: unknown): Promise<{ status: number; json: unknown }> => {
    const answer = await fetch(`${gitea.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `token ${gitea.token}`, "content-type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === "" ? undefined : JSON.parse(text) };
  };
  const api: ForgeRepository["api"] = async (method, path, json) => ask(method, `repos/${name}${path}`, json);
  await ask("POST", "user/repos", { name: short, auto_init: true, default_branch: "main" });
  const head = async (): Promise<string> =>
    ((await api("GET", "/branches/main")).json as { readonly commit: { readonly id: string } }).commit.id;
  let grown = 0;
  return {
    name,
    commit: await head(),
    api,
    async tag(tag, message) {
      const { status } = await api("POST", "/tags", { tag_name: tag, target: "main", message: message ?? "" });
      if (status !== 201) throw new Error(`gitea made no tag ${tag}: ${status}`);
    },
    async grow() {
      grown += 1;
      await api("POST", `/contents/file${grown}`, { content: Buffer.from("x").toString("base64"), message: "grow" });
      return head();
    },
    async download(tag, file) {
      const answer = await fetch(
        `${gitea.url}/${name}/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(file)}`,
      );
      return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : undefined;
    },
    async files(tag) {
      const { json } = await api("GET", `/releases/tags/${encodeURIComponent(tag)}`);
      const found = (json as Released).assets.map(async (asset) => {
        const answer = await fetch(asset.browser_download_url);
        const bytes = Buffer.from(await answer.arrayBuffer());
        return `${asset.name} ${createHash("sha256").update(bytes).digest("hex")}`;
      });
      return (await Promise.all(found)).toSorted();
    },
  };
}
