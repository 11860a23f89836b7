/** What to do with an artifact where a forge's release may have it already: files are known by their digests, and addressed by their ids. */
import type { Artifact, Digest } from "../../model/artifact.ts";
import type { Named } from "../../model/store.ts";

/** A file of a release, as a forge tells of it. */
export interface ForgeAsset {
  /** The forge's own, by which it is addressed: names may be there twice. */
  readonly id: number;
  /** As the forge calls it, which may not be as it was sent. */
  readonly name: string;
  /** What it was called when it was sent, where the forge keeps that. */
  readonly label?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** False for what an upload that broke has left behind. */
  readonly isWhole: boolean;
  /** Undefined where the forge does not say: {@link AssetQuestion.digestOf} reads it. */
  readonly digest?: Digest | undefined;
}

/** What happens to a name that stands for other bytes. */
export type OnOther = "refuse" | "replace" | "keep";

export type AssetDecision<Asset extends ForgeAsset = ForgeAsset> =
  /** These very bytes are there; `remove`: others of the name that broke or are there twice. */
  | { readonly act: "already"; readonly asset: Asset; readonly remove: readonly Asset[] }
  /** To be sent, once those that are in its way are removed. */
  | { readonly act: "upload"; readonly remove: readonly Asset[] }
  /** Other bytes are there, and stay. */
  | { readonly act: "keep"; readonly asset: Asset; readonly why: string }
  | { readonly act: "refuse"; readonly asset: Asset; readonly why: string };

export interface AssetQuestion<Asset extends ForgeAsset = ForgeAsset> {
  readonly artifact: Pick<Artifact, "name" | "digest" | "size">;
  readonly assets: readonly Asset[];
  /** What the forge makes of a name; left out: it leaves names as they are. */
  readonly rename?: ((name: string) => string) | undefined;
  readonly onOther: OnOther;
  /** Downloads it and takes the digest, where the forge does not say. */
  digestOf(asset: Asset): Promise<Digest>;
}

/** Decides by the bytes that are there; sizes that differ need no digest. */
export async function judgeAsset<Asset extends ForgeAsset>(
  question: AssetQuestion<Asset>,
): Promise<AssetDecision<Asset>> {
  const { artifact, onOther } = question;
  const named = assetsNamed(question.assets, artifact.name, question.rename);
  const whole = named.filter((asset) => isFinished(asset, artifact));
  for (const asset of whole)
    if ((await digestIfSame(question, asset)) === artifact.digest)
      return { act: "already", asset, remove: named.filter(({ id }) => id !== asset.id) };
  const [other] = whole;
  if (other === undefined || onOther === "replace") return { act: "upload", remove: named };
  const why = otherBytes(other.digest ?? (await question.digestOf(other)), artifact.digest);
  return { act: onOther, asset: other, why };
}

/** The words of a conflict: both digests. */
export function otherBytes(there: Digest, wanted: Digest): string {
  return `other bytes stand under the name: ${there}, not ${wanted}`;
}

/** Those that are called so, or were when they were sent. */
export function assetsNamed<Asset extends ForgeAsset>(
  assets: readonly Asset[],
  name: string,
  rename: (name: string) => string = (same) => same,
): readonly Asset[] {
  const there = rename(name);
  return assets.filter((asset) => asset.name === name || asset.name === there || asset.label === name);
}

/** What stands under a name. */
export async function namedIn<Asset extends ForgeAsset>(
  { name, assets, rename }: Pick<AssetQuestion<Asset>, "assets" | "rename"> & { readonly name: string },
  digestOf: (asset: Asset) => Promise<Digest>,
): Promise<Named | undefined> {
  const found = assetsNamed(assets, name, rename).find(({ isWhole }) => isWhole);
  if (found === undefined) return undefined;
  return { name, digest: found.digest ?? (await digestOf(found)), size: found.size };
}

/** An empty file is what a broken upload leaves, unless the artifact is empty. */
function isFinished({ isWhole, size }: ForgeAsset, artifact: Pick<Artifact, "size">): boolean {
  return isWhole && (size > 0 || artifact.size === 0);
}

async function digestIfSame<Asset extends ForgeAsset>(
  { artifact, digestOf }: AssetQuestion<Asset>,
  asset: Asset,
): Promise<Digest | undefined> {
  if (asset.size !== artifact.size) return asset.digest;
  return asset.digest ?? (await digestOf(asset));
}
