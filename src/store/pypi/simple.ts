/** The files of a project in an index: its JSON (PEP 691), or else its page of links (PEP 503). */
import { z } from "zod";

import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { JsonApi } from "../json-api.ts";
import { Problem } from "../../model/problem.ts";
import { simpleName } from "./metadata.ts";

export interface IndexedFile {
  readonly filename: string;
  readonly url: URL;
  /** Undefined where the index says none. */
  readonly digest: Digest | undefined;
  readonly size: number | undefined;
  readonly isYanked: boolean;
}

const jsonType = "application/vnd.pypi.simple.v1+json";
const accept = `${jsonType}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1`;

const schema = z.looseObject({
  files: z.array(
    z.looseObject({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()),
      size: z.number().nullish(),
      yanked: z.union([z.boolean(), z.string()]).nullish(),
    }),
  ),
});

const mostPage = 64 * 1024 * 1024;

/** Undefined where there is no such project. `index` ends in a slash. */
export async function listFiles(
  api: JsonApi,
  index: URL,
  project: string,
): Promise<readonly IndexedFile[] | undefined> {
  const path = new URL(`${encodeURIComponent(simpleName(project))}/`, index);
  const answer = await api.ask({ method: "GET", path, headers: { accept } }, mostPage);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw api.refusal(`look at the project ${project}`, answer);
  const type = (answer.headers["content-type"] ?? "").split(";")[0]?.trim();
  if (type !== jsonType && type !== "application/json")
    return filesOfPage(Buffer.from(answer.bytes).toString("utf8"), path);
  return answer.as(schema).files.flatMap(({ filename, url: written, hashes, size, yanked }) => {
    const url = URL.parse(written, path.href);
    if (url === null) return [];
    const isYanked = yanked !== undefined && yanked !== null && yanked !== false;
    return [{ filename, url, digest: digestOf(hashes["sha256"]), size: size ?? undefined, isYanked }];
  });
}

/** Links of a page: the name is what stands in the link, the digest behind its address (`#sha256=`). */
export function filesOfPage(html: string, base: URL): readonly IndexedFile[] {
  return [...html.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)].flatMap(
    ([, attributes = "", text = ""]): readonly IndexedFile[] => {
      const href = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
      const url = URL.parse(unescaped(href?.[1] ?? href?.[2] ?? ""), base.href);
      if (url === null || href === null) return [];
      const [, sha256] = /^#(?:.*&)?sha256=([0-9a-f]{64})(?:&|$)/i.exec(url.hash) ?? [];
      url.hash = "";
      const isYanked = /(?:^|\s)data-yanked(\s|=|$)/i.test(attributes);
      return [{ filename: unescaped(text).trim(), url, digest: digestOf(sha256), size: undefined, isYanked }];
    },
  );
}

function digestOf(sha256: string | undefined): Digest | undefined {
  return sha256 !== undefined && /^[0-9a-f]{64}$/i.test(sha256) ? digestOfHex(sha256.toLowerCase()) : undefined;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#43": "+" };

function unescaped(text: string): string {
  return text.replace(/&(#?\w{1,6});/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}

/** Where the files of what is uploaded to an address are listed; fails with `plan.invalid` where nobody can know. */
export function indexOf(upload: URL, written: string | undefined): URL {
  if (written !== undefined) return new URL(written);
  const host = upload.host === "upload.pypi.org" ? "pypi.org" : upload.host;
  if (/(^|\.)pypi\.org$/.test(host)) return new URL(`https://${host}/simple/`);
  const index = URL.parse("simple/", upload.href);
  if (index === null) throw new Problem("plan.invalid", `${upload.href} has no index`);
  return index;
}
