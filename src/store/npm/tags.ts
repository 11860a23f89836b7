/** The dist-tags of an npm package: which a version gets, when, and that none ever goes back. */
import { parse } from "semver";

import type { Artifact } from "../../model/artifact.ts";
import type { Receipt } from "../../model/store.ts";
import { isLater } from "../image-version.ts";
import type { PackageName } from "../packages/registry.ts";
import type { NpmApi } from "./api.ts";
import { findDocument, moveTag, readTags, removeTag } from "./versions.ts";

/** What a version is published under, since every version has to have a tag: nobody installs by it, and it goes away again. */
export const stagingTag = "slipway";

/** The dist-tag that `tag` means for a version: pre-releases are never `latest` by themselves. */
export function tagOf(version: string, tag: string): string {
  if (tag !== "auto") return tag;
  return (parse(version)?.prerelease.length ?? 0) > 0 ? "next" : "latest";
}

/** What it is published under where no tag can be moved afterwards: its own, unless that stands for a later version. */
export async function lastingTag(api: NpmApi, { name, version }: PackageName, tag: string): Promise<string> {
  const wanted = tagOf(version, tag);
  const there = (await findDocument(api, name))?.["dist-tags"]?.[wanted];
  return there !== undefined && isLater(there, version) ? `release-${parse(version)?.major}.x` : wanted;
}

/** Moves the tag, unless it stands for a later version, and takes {@link stagingTag} away. */
export async function advanceTag(
  api: NpmApi,
  called: PackageName,
  { artifact, tag }: { readonly artifact: Artifact; readonly tag: string },
): Promise<readonly Receipt[]> {
  const { name, version } = called;
  const tags = await readTags(api, name);
  const wanted = tagOf(version, tag);
  const there = tags[wanted];
  const receipt = { act: "advance", name: `${name}@${wanted}`, digest: artifact.digest } as const;
  const isOld = there !== undefined && isLater(there, version);
  if (there !== version && !isOld) await moveTag(api, called, wanted);
  if (tags[stagingTag] === version && wanted !== stagingTag) await removeTag(api, name, stagingTag);
  if (there === version) return [{ ...receipt, outcome: "already" }];
  if (isOld) return [{ ...receipt, outcome: "skipped", why: `${wanted} stands for the later version ${there}` }];
  return [{ ...receipt, outcome: "done" }];
}
