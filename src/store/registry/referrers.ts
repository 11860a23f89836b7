/** What says something about an image: signatures, SBOMs, provenance (distribution-spec, "Listing Referrers", "Referrers Tag Schema"). */
import { describeManifest } from "../../format/oci/manifest.ts";
import { readImageIndex, writeImageIndex } from "../../format/oci/image-index.ts";
import { mostJson } from "../../format/json.ts";
import { mediaTypes } from "../../format/oci/media-types.ts";
import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { hash } from "node:crypto";
import { pullManifest, pushManifest } from "./manifests.ts";
import { nextPage } from "./pages.ts";
import type { Repository } from "./repository.ts";
import { aboutOf } from "../image-graph.ts";

/** The tag that stands in for the API where a registry has none. */
export function referrersTag(subject: Digest): string {
  return subject.replace(":", "-");
}

/** Descriptors of all manifests that have it as their subject. */
export async function listReferrers(repository: Repository, subject: Digest): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  let page: string | URL | undefined = `referrers/${subject}`;
  for (const seen = new Set<string>(); page !== undefined;) {
    const answer = await repository.send({ method: "GET", to: page, repeatable: true }, mostJson);
    const type = (answer.headers["content-type"] ?? "").split(";")[0]?.trim();
    const isThere = answer.status === 200 && type === mediaTypes.index;
    if (!isThere && seen.size === 0) return taggedReferrers(repository, subject);
    if (!isThere) throw await repository.refused("list the referrers of an image in", answer);
    const { bytes } = answer;
    const index = { mediaType: mediaTypes.index, bytes, digest: digestOfHex(hash("sha256", bytes, "hex")) };
    found.push(...readImageIndex(index).manifests);
    page = nextPage(answer, seen);
  }
  return found;
}

async function taggedReferrers(repository: Repository, subject: Digest): Promise<readonly Descriptor[]> {
  const index = await pullManifest(repository, referrersTag(subject));
  return index === undefined ? [] : readImageIndex(index).manifests;
}

/**
 * Pushes a manifest that has a subject, by its digest. Where the registry does not say that it noted the subject, the index under
 * {@link referrersTag} is updated, and read again: another machine may have done the same at the same moment.
 */
export async function pushReferrer(repository: Repository, manifest: ManifestBytes, subject: Digest): Promise<void> {
  const { notedSubject } = await pushManifest(repository, manifest.digest, manifest);
  if (notedSubject) return;
  const before = listing.get(repository) ?? Promise.resolve();
  const listed = before.then(() => listByTag(repository, manifest, subject));
  listing.set(
    repository,
    listed.catch(() => undefined), // whoever pushed it is told
  );
  await listed;
}

/** The last change of a list in each repository: two at once would each write over the other's. */
const listing = new WeakMap<Repository, Promise<void>>();

async function listByTag(repository: Repository, manifest: ManifestBytes, subject: Digest): Promise<void> {
  const own: Descriptor = { ...describeManifest(manifest), ...aboutOf(manifest) };
  const { http } = repository.session;
  for (let attempt = 0; attempt < http.attempts; attempt++) {
    const listed = await taggedReferrers(repository, subject);
    if (listed.some(({ digest }) => digest === own.digest)) return;
    await pushManifest(repository, referrersTag(subject), writeImageIndex({ manifests: [...listed, own] }));
    if ((await taggedReferrers(repository, subject)).some(({ digest }) => digest === own.digest)) return;
    await http.pause(attempt);
  }
}
