/** Puts files into a release: judged by their digests, sent where they are missing, and hidden until their names move. */
import type { Artifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt } from "../../model/store.ts";
import { assetsNamed, type ForgeAsset, judgeAsset } from "../forge/assets.ts";
import { withBody } from "../forge/bytes.ts";
import { deleteAsset, digestOfAsset, listAssets, renameAsset, uploadAsset } from "./assets.ts";
import type { Github } from "./connect.ts";
import { githubName, stagedName } from "./names.ts";
import type { Place } from "./place.ts";

/** What became of an artifact. */
export interface Held {
  readonly outcome: "done" | "already" | "skipped" | "refused";
  readonly why?: string | undefined;
  /** Where its bytes are; undefined where they are not. */
  readonly asset?: ForgeAsset | undefined;
  /** Whether it waits under another name for its own, in a release that is out. */
  readonly waits?: boolean | undefined;
  /** What stands under the name until then. */
  readonly before?: readonly ForgeAsset[] | undefined;
}

export interface Putting {
  readonly github: Github;
  readonly place: Place;
  readonly assets: readonly ForgeAsset[];
}

export async function openPutting(github: Github, place: Place): Promise<Putting> {
  return { github, place, assets: await listAssets(github, place.release) };
}

/** `path` is where the bytes lie on this machine, where they do. Fails with `store.conflict` where an immutable release lacks it. */
export async function putFile(
  { github, place, assets }: Putting,
  artifact: Artifact,
  source: { readonly bytes: AsyncIterable<Uint8Array>; readonly path: string | undefined },
): Promise<Held> {
  const { release, onOther, closed } = place;
  const decision = await judgeAsset({
    artifact,
    assets,
    rename: githubName,
    onOther,
    digestOf: (asset) => digestOfAsset(github, asset),
  });
  if (decision.act === "already") {
    // A list that lagged behind may have had it sent once more, beside what was there.
    const beside = assets.filter(({ name }) => name === stagedName(artifact.name));
    if (closed === undefined) await deleteAll(github, [...decision.remove, ...beside]);
    return { outcome: "already", asset: decision.asset };
  }
  if (decision.act === "keep") return { outcome: "skipped", asset: decision.asset, why: `kept: ${decision.why}` };
  if (decision.act === "refuse") return { outcome: "refused", why: whyNot(decision.why, closed) };
  if (closed !== undefined) throw lacks(artifact, place, closed);
  const upload = (name: string): Promise<ForgeAsset> =>
    withBody(artifact, source, (body) => uploadAsset(github, { release, artifact, name, body }));
  if (!release.draft) return putBeside({ github, place, assets }, { artifact, before: decision.remove, upload });
  await deleteAll(github, decision.remove);
  return { outcome: "done", asset: await upload(artifact.name) };
}

/** Into a release that is out: under another name, so that no name stands for half a file, and none moves yet. */
async function putBeside(
  { github, assets }: Putting,
  {
    artifact,
    before,
    upload,
  }: {
    readonly artifact: Artifact;
    readonly before: readonly ForgeAsset[];
    readonly upload: (name: string) => Promise<ForgeAsset>;
  },
): Promise<Held> {
  const name = stagedName(artifact.name);
  const staged = await judgeAsset({
    artifact: { ...artifact, name },
    assets,
    onOther: "replace",
    digestOf: (asset) => digestOfAsset(github, asset),
  });
  if (staged.act === "already") return { outcome: "already", asset: staged.asset, waits: true, before };
  if (staged.act === "upload") await deleteAll(github, staged.remove);
  return { outcome: "done", asset: await upload(name), waits: true, before };
}

/** Gives a file that waits its name. */
export async function nameFile(
  { github, place }: Putting,
  artifact: Artifact,
  held: Held,
): Promise<ForgeAsset | undefined> {
  if (held.waits !== true || held.asset === undefined) return held.asset;
  const waiting = held.asset;
  const now = await listAssets(github, place.release);
  const others = assetsNamed(now, artifact.name, githubName).filter(({ id }) => id !== waiting.id);
  for (const other of others) {
    // What a list that lagged behind left out is there after all.
    if ((await digestOfAsset(github, other)) === artifact.digest) {
      await deleteAsset(github, waiting);
      return other;
    }
    if (wasThere(held, other.id)) await deleteAsset(github, other);
  }
  return renameAsset(github, waiting, artifact.name);
}

function wasThere({ before = [] }: Held, id: number): boolean {
  return before.some((asset) => asset.id === id);
}

async function deleteAll(github: Github, assets: readonly ForgeAsset[]): Promise<void> {
  for (const asset of assets) await deleteAsset(github, asset);
}

function whyNot(why: string, closed: string | undefined): string {
  return closed === undefined ? why : `${why}; ${closed}`;
}

function lacks({ name }: Artifact, { release }: Place, closed: string): Problem {
  return new Problem("store.conflict", `${closed}, and lacks ${name}: ${release.html_url}`, {
    hint: "Nothing can be added to it: release a new version.",
  });
}

/** The Receipt of a put. */
export function putReceipt({ name, digest }: Artifact, { outcome, why }: Held): Receipt {
  return { act: "put", name, digest, outcome, why };
}
