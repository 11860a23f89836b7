/** Sends an image to every place that it has a name in. */
import type { Digest } from "../../model/artifact.ts";
import type { ManifestBytes } from "../../model/image.ts";
import { parseReference } from "../../model/reference.ts";
import type { Receipt } from "../../model/store.ts";
import { copyImage } from "../copy-image.ts";
import { graphOf } from "../image-graph.ts";
import { decideTag, type Existing } from "../image-tag.ts";
import type { ImageTarget } from "../image-target.ts";
import { type HeldImage, type Placed, rootsByTarget } from "./placed.ts";

/** Whether anything had to be sent. Each place is filled before the next, whose blobs may be mounted from it. */
export async function sendImage(image: HeldImage, signal: AbortSignal | undefined): Promise<boolean> {
  const filled: ImageTarget[] = [];
  let sent = false;
  for (const [target, roots] of rootsByTarget(image)) {
    for (const root of roots) {
      const origin = (manifest: ManifestBytes): string | undefined => originOf(manifest, target, filled);
      const from = image.archive.source(image.artifact.name);
      const copied = await copyImage({ from, to: target, root, origin, signal });
      sent ||= copied.manifests > 0;
    }
    filled.push(target);
  }
  return sent;
}

/** A repository of the same registry that has its blobs: one that was just filled with them, or the one of its base image. */
function originOf(manifest: ManifestBytes, target: ImageTarget, filled: readonly ImageTarget[]): string | undefined {
  const { registry } = target;
  if (registry === undefined) return undefined;
  const before = filled.find((each) => each.registry === registry)?.where.slice(registry.length + 1);
  return before ?? baseOf(manifest, registry);
}

/** As the image-spec's annotations have it: `org.opencontainers.image.base.name`. */
function baseOf(manifest: ManifestBytes, registry: string): string | undefined {
  const base = graphOf(manifest).annotations["org.opencontainers.image.base.name"];
  if (base === undefined) return undefined;
  try {
    const reference = parseReference(base);
    return reference.registry === registry ? reference.repository : undefined;
  } catch {
    return undefined; // a folder's, say
  }
}

/** Moves a tag, or says why it stays. */
export async function moveTag(
  placed: Placed,
  {
    manifests,
    existing,
    act,
  }: {
    readonly manifests: ReadonlyMap<Digest, ManifestBytes>;
    readonly existing: Existing;
    readonly act: "point" | "advance";
  },
): Promise<Receipt> {
  const { name, digest, target, tag } = placed;
  const url = target.page;
  const receipt = (outcome: Receipt["outcome"], why?: string): Receipt => ({
    act,
    name,
    digest,
    outcome,
    why,
    ...(url === undefined ? {} : { url }),
  });
  const decision = await decideTag(placed, existing);
  if (decision.act === "keep") return receipt("already");
  if (decision.act === "skip") return receipt("skipped", decision.why);
  if (decision.act === "refuse") return receipt("refused", decision.why);
  const manifest = manifests.get(digest);
  if (manifest === undefined) throw new Error(`${name} is pointed at before it was put`);
  await target.tag(tag, manifest);
  return receipt("done");
}
