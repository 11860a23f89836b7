/** Decides what becomes of a tag: an image's name moves to it, stays, or is not to be moved. */
import type { Digest } from "../model/artifact.ts";
import type { ImageName } from "./image-names.ts";
import type { ImageTarget } from "./image-target.ts";
import { isLater, versionOfImage } from "./image-version.ts";

/** What happens to a tag that stands for another image; undefined: it depends on whether it {@link looksFixed}. */
export type Existing = "refuse" | "replace" | undefined;

export type TagDecision = { readonly act: "move" | "keep" } | { readonly act: "skip" | "refuse"; readonly why: string };

/** `existing` says what is done with a tag that does not roll and stands for another image. Looks at the place, and changes nothing. */
export async function decideTag(
  { name, digest, rolling, target, tag }: ImageName & { readonly target: ImageTarget; readonly tag: string },
  existing: Existing,
): Promise<TagDecision> {
  const there = await target.look(tag);
  if (there === undefined) return { act: "move" };
  if (there === digest) return { act: "keep" };
  if (rolling !== "") return decideRolling({ name, rolling, target, there });
  if (!canRefuse({ rolling, tag }, existing)) return { act: "move" };
  return { act: "refuse", why: `${name} stands for another image: ${there}, not ${digest}` };
}

/** Whether the tag could be refused at all: then it is looked at before anything is sent. */
export function canRefuse(
  { rolling, tag }: { readonly rolling: string; readonly tag: string },
  existing: Existing,
): boolean {
  return rolling === "" && (existing ?? (looksFixed(tag) ? "refuse" : "replace")) === "refuse";
}

interface Rolling {
  readonly name: string;
  readonly rolling: string;
  readonly target: ImageTarget;
  readonly there: Digest;
}

async function decideRolling({ name, rolling, target, there }: Rolling): Promise<TagDecision> {
  const image = await target.source.manifest(there);
  const version = image === undefined ? undefined : await versionOfImage(target.source, image);
  if (version === undefined || !isLater(version, rolling)) return { act: "move" };
  return { act: "skip", why: `${name} stands for the later version ${version}` };
}

/** `1.2.3`, `v1.2.3-rc.1`, `v1.2.3-amd64`: who pins such a tag expects it never to change. Snapshots and nightlies are made again. */
export function looksFixed(tag: string): boolean {
  return /(^|[^0-9.])\d+\.\d+\.\d+([^0-9.]|$)/.test(tag) && !/snapshot|nightly|(^|[-_.])dev([-_.]|$)/i.test(tag);
}
