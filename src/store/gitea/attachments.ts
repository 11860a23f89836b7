/** Puts files into a release, each once: they are known by their bytes, whatever an answer that was lost has left behind. */
import type { Artifact, Digest } from "../../model/artifact.ts";
import { hexOf } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt } from "../../model/store.ts";
import { digestOfBytes } from "../forge/digest.ts";
import { type AssetDecision, judgeAsset } from "../forge/assets.ts";
import { withBody } from "../forge/bytes.ts";
import { doOnce } from "../forge/certain.ts";
import type { GiteaApi } from "./api.ts";
import type { Attachment } from "./shapes.ts";
import type { Target } from "./target.ts";

/** A file that is there, and what is left to do for its name. */
export interface Put {
  readonly artifact: Artifact;
  readonly asset: Attachment;
  readonly outcome: "done" | "already";
  /** Whether it waits under another name. */
  readonly isRenamed: boolean;
  /** Others that have the name, and make room for it. */
  readonly remove: readonly Attachment[];
}

export interface Attachments {
  put(artifact: Artifact, bytes: AsyncIterable<Uint8Array>, path: string | undefined): Promise<Receipt>;
  /** What was put under a name in this run. */
  found(name: string): Put | undefined;
  point(artifact: Artifact): Promise<Receipt>;
  /** Looks once more that each name stands for its bytes, once: what answers that were lost have left beside goes. Else `store.failed`. */
  settleNames(): Promise<void>;
  digestOf(asset: Attachment): Promise<Digest>;
}

export function openAttachments(gitea: GiteaApi, target: () => Promise<Target>): Attachments {
  const puts = new Map<string, Put>();
  const kept = new Map<string, string>();
  const digests = new Map<string, Promise<Digest>>();

  const digestOf = (asset: Attachment): Promise<Digest> => {
    const known = digests.get(asset.uuid);
    if (known !== undefined) return known;
    const reading = gitea.download(asset).then(digestOfBytes);
    digests.set(asset.uuid, reading);
    return reading;
  };

  async function detach({ id, assets }: Target, asset: Attachment): Promise<void> {
    await gitea.detach(id, asset.id);
    const index = assets.findIndex((other) => other.id === asset.id);
    if (index >= 0) assets.splice(index, 1);
  }

  /** What bytes of this name and digest are there in the end, uploaded by whichever attempt. */
  async function upload(to: Target, artifact: Artifact, name: string, from: Bytes): Promise<Attachment> {
    const before = new Set(to.assets.map(({ id }) => id));
    const asset = await withBody(artifact, from, (body) =>
      doOnce({
        http: gitea.http,
        act: () => gitea.attach(to.id, name, body),
        look: async () => {
          const { assets } = await gitea.release(to.id);
          const candidates = assets.filter((other) => other.name === name && !before.has(other.id));
          return firstSame(candidates, artifact, digestOf);
        },
      }),
    );
    to.assets.push(asset);
    return asset;
  }

  async function settle(to: Target, artifact: Artifact, decision: Settled, from: Bytes): Promise<Put> {
    const { remove } = decision;
    if (decision.act === "already") {
      if (!to.isLive) for (const twin of remove) await detach(to, twin);
      return { artifact, asset: decision.asset, outcome: "already", isRenamed: false, remove: to.isLive ? remove : [] };
    }
    if (!to.isLive) {
      for (const other of remove) await detach(to, other);
      const asset = await upload(to, artifact, artifact.name, from);
      return { artifact, asset, outcome: "done", isRenamed: false, remove: [] };
    }
    const name = waitingName(artifact);
    const waiting = await firstSame(
      to.assets.filter((asset) => asset.name === name),
      artifact,
      digestOf,
    );
    const asset = waiting ?? (await upload(to, artifact, name, from));
    return { artifact, asset, outcome: "done", isRenamed: true, remove };
  }

  return {
    digestOf,
    found: (name) => puts.get(name),

    async put(artifact, bytes, path) {
      const to = await target();
      const { assets, onOther } = to;
      const decision = await judgeAsset({ artifact, assets: [...assets], onOther, digestOf });
      if (decision.act === "refuse") return receipt("put", artifact, "refused", decision.why);
      if (decision.act === "keep") {
        kept.set(artifact.name, decision.why);
        return receipt("put", artifact, "skipped", decision.why);
      }
      const put = await settle(to, artifact, decision, { bytes, path });
      puts.set(artifact.name, put);
      return receipt("put", artifact, put.outcome);
    },

    async point(artifact) {
      const put = puts.get(artifact.name);
      const why = kept.get(artifact.name);
      if (put === undefined)
        return receipt("point", artifact, why === undefined ? "refused" : "skipped", why ?? "its bytes are not there");
      const to = await target();
      for (const other of put.remove) await detach(to, other);
      if (put.isRenamed) await gitea.rename(to.id, put.asset.id, artifact.name);
      puts.set(artifact.name, { ...put, isRenamed: false, remove: [] });
      return receipt("point", artifact, put.outcome);
    },

    async settleNames() {
      const to = await target();
      const { assets } = await gitea.release(to.id);
      for (const [name, { asset, artifact }] of puts) {
        const named = assets.filter((other) => other.name === name).toSorted((one, other) => one.id - other.id);
        // Whoever else is at it keeps the same one: the first that has the right bytes.
        const kept = await firstSame(named, artifact, async (one) =>
          one.id === asset.id ? artifact.digest : digestOf(one),
        );
        if (kept === undefined)
          throw new Problem("store.failed", `${name} is gone from the release, or is another`, {
            hint: "Run the same command again, when nobody else changes that release.",
          });
        for (const twin of named) if (twin.id !== kept.id) await detach(to, twin);
      }
    },
  };
}

interface Bytes {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly path: string | undefined;
}

type Settled = Extract<AssetDecision<Attachment>, { readonly act: "already" | "upload" }>;

/** How a file is called in a release that everybody sees, until its name moves. The ending stays: servers may allow only some. */
function waitingName({ name, digest }: Artifact): string {
  return `slipway-${hexOf(digest).slice(0, 12)}-${name}`;
}

async function firstSame(
  candidates: readonly Attachment[],
  { digest, size }: Artifact,
  digestOf: (asset: Attachment) => Promise<Digest>,
): Promise<Attachment | undefined> {
  for (const asset of candidates) if (asset.size === size && (await digestOf(asset)) === digest) return asset;
  return undefined;
}

function receipt(act: Receipt["act"], { name, digest }: Artifact, outcome: Receipt["outcome"], why?: string): Receipt {
  return { act, name, digest, outcome, why };
}
