/** Reads a published file the way anybody does: by its public address, and through the API where the repository is private. */
import type { ForgeAsset } from "../forge/assets.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { paced, usualPace } from "../http/paced.ts";
import { downloadAsset } from "./assets.ts";
import { fileAddress, type Session } from "./session.ts";

/** Undefined where the public address leads nowhere. */
export async function readPublic(
  session: Pick<Session, "github" | "repository" | "tag">,
  asset: ForgeAsset,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const { github, repository, tag } = session;
  if (repository.private) return downloadAsset(github, asset);
  const url = new URL(fileAddress(session, tag, asset.name));
  const answer = await github.http.open({ method: "GET", url, repeatable: true });
  if (answer.status === 200) return paced(answer.body, { what: asset.name, most: asset.size, pace: usualPace });
  const bytes = await firstBytes(answer.body);
  if (answer.status === 404) return undefined;
  throw github.refusal(`read ${asset.name}`, { ...answer, bytes });
}
