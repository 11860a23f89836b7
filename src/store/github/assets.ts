/** Files of one release: sent once however often the connection breaks, addressed by id, read back through the API. */
import { z } from "zod";

import { type Artifact, type Digest } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import { assetsNamed, type ForgeAsset } from "../forge/assets.ts";
import { contentTypeOf } from "../forge/content-type.ts";
import { type HttpBody } from "../http.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { paced, usualPace } from "../http/paced.ts";
import type { ApiAnswer } from "../json-api.ts";
import { sha256Of } from "../measure.ts";
import type { Github } from "./connect.ts";
import { githubName } from "./names.ts";
import { uncertain } from "./releases.ts";
import { assetShape, type GithubRelease } from "./shapes.ts";

type Id = Pick<GithubRelease, "id">;

export function listAssets(github: Github, { id }: Id): Promise<readonly ForgeAsset[]> {
  const query = { per_page: 100 };
  return github.list("list the files", { method: "GET", path: `releases/${id}/assets`, query }, z.array(assetShape));
}

/** What is gone already is gone. */
export async function deleteAsset(github: Github, { id, name }: Pick<ForgeAsset, "id" | "name">): Promise<void> {
  const answer = await github.ask({ method: "DELETE", path: `releases/assets/${id}` });
  if (answer.status !== 204 && answer.status !== 404) throw github.refusal(`delete ${name}`, answer);
}

/** Gives it the name people see. */
export async function renameAsset(github: Github, { id }: Pick<ForgeAsset, "id">, name: string): Promise<ForgeAsset> {
  const label = githubName(name) === name ? "" : name;
  const request = { method: "PATCH", path: `releases/assets/${id}`, json: { name, label }, repeatable: true } as const;
  return (await github.must(`name ${name}`, request)).as(assetShape);
}

export interface Upload {
  readonly release: GithubRelease;
  readonly artifact: Artifact;
  /** What it is called there. */
  readonly name: string;
  readonly body: HttpBody;
}

/**
 * Sends a file. After an answer that was lost or says that the name is taken it is looked for: these bytes are the end of it, what
 * broke is deleted and sent again, and a list that lags behind is asked again.
 */
export async function uploadAsset(github: Github, upload: Upload): Promise<ForgeAsset> {
  const { release, artifact, name } = upload;
  for (let attempt = 0; ; attempt += 1) {
    const sent = await uncertain(() => send(github, upload));
    if ("answer" in sent && sent.answer.status === 201) return accepted(github, upload, sent.answer.as(assetShape));
    const problem = "problem" in sent ? sent.problem : github.refusal(`send ${artifact.name}`, sent.answer);
    if ("answer" in sent && !mayBeThere(sent.answer)) throw problem;
    if (attempt >= github.http.attempts - 1) throw problem;
    await github.http.pause(attempt);
    const there = assetsNamed(await listAssets(github, release), name, githubName);
    for (const asset of there) {
      const isSize = asset.isWhole && asset.size === artifact.size;
      if (isSize && (await digestOfAsset(github, asset)) === artifact.digest) return asset;
      await deleteAsset(github, asset);
    }
  }
}

/** The upload address is our own, behind which only the number of the release is GitHub's: no answer leads the token elsewhere. */
function send(github: Github, { release, artifact, name, body }: Upload): Promise<ApiAnswer> {
  // What waits for its name is not to be taken for what has it.
  const label = name !== artifact.name || githubName(name) === name ? undefined : name;
  return github.send({
    method: "POST",
    path: `releases/${release.id}/assets`,
    query: { name, label },
    body: { ...body, type: contentTypeOf(artifact.name) },
    repeatable: false,
  });
}

/** Duplicates are told with a 422, and sometimes with a 404; a proxy's 502 leaves an empty file that blocks the name. */
function mayBeThere(answer: ApiAnswer): boolean {
  if (answer.status >= 500 || answer.status === 404) return true;
  return answer.status === 422 && /already_exists|already exists/.test(Buffer.from(answer.bytes).toString("utf8"));
}

async function accepted(github: Github, { artifact }: Upload, asset: ForgeAsset): Promise<ForgeAsset> {
  const isSame = asset.size === artifact.size && (asset.digest ?? artifact.digest) === artifact.digest;
  if (asset.isWhole && isSame) return asset;
  await deleteAsset(github, asset);
  throw new Problem("store.unreachable", `${artifact.name} did not arrive whole: ${asset.size} bytes`, {
    hint: "Run the same command again: it was taken away, and is sent again.",
  });
}

/** Its bytes as whoever may see it gets them, from the host that the API leads to. */
export async function downloadAsset(github: Github, asset: ForgeAsset): Promise<AsyncIterable<Uint8Array>> {
  const answer = await github.open(`releases/assets/${asset.id}`);
  if (answer.status !== 200)
    throw github.refusal(`read ${asset.name}`, { ...answer, bytes: await firstBytes(answer.body) });
  return paced(answer.body, { what: asset.name, most: asset.size, pace: usualPace });
}

/** What GitHub says, or, of files older than June 2025, what is read. */
export async function digestOfAsset(github: Github, asset: ForgeAsset): Promise<Digest> {
  if (asset.digest !== undefined) return asset.digest;
  return (await sha256Of(await downloadAsset(github, asset))).digest;
}
