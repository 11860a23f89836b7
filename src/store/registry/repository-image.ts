/** A repository as a place that images are read from and copied into. */
import type { ImageTarget, ReferringSource } from "../image-target.ts";
import { Problem } from "../../model/problem.ts";
import { hasBlob, pullBlob } from "./blobs.ts";
import { pageOf } from "./host.ts";
import { deleteManifest, findManifest, pullManifest, pushManifest } from "./manifests.ts";
import { listReferrers, pushReferrer } from "./referrers.ts";
import { openRepository, type Repository } from "./repository.ts";
import { graphOf } from "../image-graph.ts";
import { pushBlob } from "./upload.ts";

/** Reads from a repository. */
export function repositorySource(repository: Repository): ReferringSource {
  return {
    where: repository.name,
    manifest: (reference) => pullManifest(repository, reference),
    blob: (descriptor) => pullBlob(repository, descriptor),
    referrers: (subject) => listReferrers(repository, subject),
  };
}

/** Writes into a repository. Blobs are mounted from `origin`, a repository's path in the same registry, where it has them. */
export function repositoryTarget(repository: Repository): ImageTarget {
  return {
    where: repository.name,
    registry: repository.session.registry,
    page: pageOf(repository.session.registry, repository.path),
    source: repositorySource(repository),
    has: async (digest) => (await findManifest(repository, digest)) === digest,
    putBlob: (blob, origin) => pushBlob(repository, blob, origin),
    async putManifest(manifest) {
      const { subject } = graphOf(manifest);
      if (subject === undefined) await pushManifest(repository, manifest.digest, manifest);
      else await pushReferrer(repository, manifest, subject.digest);
    },
    look: (tag) => findManifest(repository, tag),
    async tag(tag, manifest) {
      await pushManifest(repository, tag, manifest);
    },
    hasBlob: (blob) => hasBlob(repository, blob),
    untag: (tag) => untag(repository, tag),
  };
}

/** Many registries remove images alone, or let nobody: then what they say is the answer. */
async function untag(
  { session, path }: Repository,
  tag: string,
): Promise<"done" | "already" | { readonly refused: string }> {
  const deleting = openRepository(session, path, "delete,pull");
  try {
    const outcome = await deleteManifest(deleting, tag);
    const stays = (await findManifest(deleting, tag)) !== undefined;
    return stays ? { refused: `${deleting.name} says that it did, and still has it` } : outcome;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code !== "store.unreachable") return { refused: thrown.message };
    throw thrown;
  }
}
