/** A repository as a place that images are read from and copied into. */
import type { ImageTarget, ReferringSource } from "../image-target.ts";
import { pullBlob } from "./blobs.ts";
import { findManifest, pullManifest, pushManifest } from "./manifests.ts";
import { listReferrers, pushReferrer } from "./referrers.ts";
import type { Repository } from "./repository.ts";
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
  };
}
