/** An opened GitHub store: what it has put where, from the first file to the last pointer. */
import type { Artifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt, Store } from "../../model/store.ts";
import { assetsNamed, type ForgeAsset, namedIn } from "../forge/assets.ts";
import { limiter } from "../limiter.ts";
import { advanceLatest } from "./advance.ts";
import { digestOfAsset, downloadAsset, listAssets } from "./assets.ts";
import { githubName } from "./names.ts";
import { findPlace } from "./place.ts";
import { type Held, nameFile, openPutting, putFile, putReceipt, type Putting } from "./put.ts";
import { readPublic } from "./read.ts";
import { fileAddress, pageAddress, type Session } from "./session.ts";
import { showRelease } from "./show.ts";
import { stateOf } from "./state.ts";
import { survey } from "./survey.ts";
import { withdrawRelease } from "./withdraw.ts";

/** Files on their way to one GitHub at once: more of them meet its secondary limits. */
const atOnce = 4;

export function githubStore(session: Session): Store {
  const { github, tag, options, drafts } = session;
  const held = new Map<Artifact, Held>();
  const claimed = new Map<string, string>();
  const inTurn = limiter(atOnce);
  const there = remembered(session);
  let opened: Promise<Putting> | undefined;
  let shown: Receipt["outcome"] = "pending";
  /** One draft for all files; what failed is tried again by whoever asks next. */
  const putting = (): Promise<Putting> => {
    opened ??= findPlace(session).then((place) => openPutting(github, place));
    opened.catch(() => (opened = undefined));
    return opened;
  };
  const placed = (): ReadonlyMap<Artifact, ForgeAsset> =>
    new Map(
      [...held].flatMap(([artifact, { asset, outcome }]) =>
        asset && outcome !== "skipped" ? [[artifact, asset]] : [],
      ),
    );

  return {
    where: `github ${github.repository} ${tag}`,
    proves: true,
    turn: session.isImmutable ? "final" : "names",
    expects: ({ name, digest }) => [{ name: githubName(name), digest }],
    put: (artifact, bytes, path) =>
      inTurn(async () => {
        const clash = clashOf(claimed, artifact);
        if (clash !== undefined) return putReceipt(artifact, { outcome: "refused", why: clash });
        const became = await putFile(await putting(), artifact, { bytes, path });
        held.set(artifact, became);
        there.forget();
        return putReceipt(artifact, became);
      }),
    async staged(artifact) {
      const { asset, outcome } = held.get(artifact) ?? {};
      return asset === undefined || outcome === "skipped" ? undefined : downloadAsset(github, asset);
    },
    async point(artifact) {
      const found = held.get(artifact);
      if (found?.asset === undefined)
        throw new Problem("store.failed", `${artifact.name} was never put into ${github.repository}`);
      const receipt = (outcome: Receipt["outcome"], why?: string): Receipt =>
        pointReceipt(session, artifact, outcome, why);
      if (found.outcome === "skipped") return [receipt("skipped", found.why)];
      const put = await putting();
      if (put.place.release.draft)
        return [options.draft && !drafts ? receipt("pending", "seen once the draft is published") : receipt("done")];
      if (found.waits !== true) return [receipt("already")];
      there.forget();
      held.set(artifact, { ...found, asset: await nameFile(put, artifact, found), waits: false });
      return [receipt("done")];
    },
    async show() {
      const { place } = await putting();
      const receipt = await showRelease(session, { place, held: placed() }).finally(there.forget);
      shown = receipt.outcome;
      return [receipt];
    },
    advance: async () => advanceLatest(session, { ...(await putting()).place, shown }),
    look: async (name) =>
      namedIn({ name, assets: (await there.get()).assets, rename: githubName }, (asset) =>
        digestOfAsset(github, asset),
      ),
    state: () => stateOf(session),
    async read(name) {
      const { isOut, assets } = await there.get();
      const [asset] = isOut ? assetsNamed(assets, name, githubName) : [];
      if (asset !== undefined) return readPublic(session, asset);
      there.forget(); // lists lag behind: who asks again means it
      return undefined;
    },
    address: (name) => (name === undefined ? pageAddress(session) : fileAddress(session, tag, name)),
    withdraw: (withdrawal) => withdrawRelease(session, withdrawal),
    async close() {
      github.http.close();
    },
  };
}

interface There {
  readonly isOut: boolean;
  readonly assets: readonly ForgeAsset[];
}

/** What is out, or else what is in the draft of this Release: asked once, until something changes it. */
function remembered(session: Session): { get(): Promise<There>; forget(): void } {
  let known: Promise<There> | undefined;
  const ask = async (): Promise<There> => {
    const { published, ours } = await survey(session, (await session.findHere())?.digest);
    const release = published ?? ours[0];
    const assets = release === undefined ? [] : await listAssets(session.github, release);
    return { isOut: published !== undefined, assets };
  };
  return {
    get() {
      known ??= ask();
      known.catch(() => (known = undefined));
      return known;
    },
    forget: () => void (known = undefined),
  };
}

/** Two files that GitHub would call the same; undefined where they are not. */
function clashOf(claimed: Map<string, string>, { name }: Artifact): string | undefined {
  const there = githubName(name);
  const other = claimed.get(there);
  if (other !== undefined && other !== name) return `GitHub would call it ${there}, as it does ${other}`;
  claimed.set(there, name);
  return undefined;
}

function pointReceipt(
  session: Session,
  { name, digest }: Artifact,
  outcome: Receipt["outcome"],
  why?: string,
): Receipt {
  const url = fileAddress(session, session.tag, name);
  return { act: "point", name, digest, outcome, url, ...(why === undefined ? {} : { why }) };
}
