/** Images for the tests of stores: two platforms that share a layer, as their maker hands them on. */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { writeImageConfig } from "../../src/format/oci/config.ts";
import { writeImageIndex } from "../../src/format/oci/image-index.ts";
import { describeManifest, writeManifest } from "../../src/format/oci/manifest.ts";
import { mediaTypes } from "../../src/format/oci/media-types.ts";
import type { Content } from "../../src/format/segment.ts";
import type { Artifact, Digest } from "../../src/model/artifact.ts";
import type { ManifestBytes } from "../../src/model/image.ts";
import { Problem } from "../../src/model/problem.ts";
import type { ReferringSource } from "../../src/store/image-target.ts";
import { contentOf, noise } from "../format/contents.ts";
import { archiveOf, digestOf, tarOf } from "../format/oci/images.ts";

export interface TestImage {
  readonly index: ManifestBytes;
  /** Of linux/amd64 and linux/arm64. */
  readonly platforms: readonly [ManifestBytes, ManifestBytes];
  readonly blobs: ReadonlyMap<Digest, Content>;
  /** The layer both have, which is the largest blob. */
  readonly shared: Digest;
  readonly source: ReferringSource;
  /** The OCI archive, written to `path`, as an Artifact with these names: the index's, or those of a platform by its number. */
  artifact(path: string, names: readonly TestName[]): Promise<Artifact>;
}

export interface TestName {
  readonly name: string;
  readonly rolling?: string;
  /** Of the platform whose manifest it names. */
  readonly platform?: 0 | 1;
}

export interface TestImageOptions {
  readonly version?: string;
  /** `127.0.0.1:5000/base:1`. */
  readonly base?: string;
  /** Bytes of the shared layer's file. */
  readonly size?: number;
}

/** Other options, other digests. */
export async function testImage({ version = "1.0.0", base, size = 6000 }: TestImageOptions = {}): Promise<TestImage> {
  const blobs = new Map<Digest, Content>();
  const keep = (bytes: Uint8Array): { readonly digest: Digest; readonly size: number } => {
    blobs.set(digestOf(bytes), contentOf(bytes));
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const below = await tarOf({ "etc/base": noise(size) });
  const shared = { mediaType: mediaTypes.gzipLayer, ...keep(gzipSync(below)) };
  const platform = async (architecture: string): Promise<ManifestBytes> => {
    const layer = await tarOf({ tool: `${architecture} ${version}` });
    const config = writeImageConfig({
      architecture,
      os: "linux",
      config: {},
      diffIds: [digestOf(below), digestOf(layer)],
      history: [],
    });
    return writeManifest({
      config: { mediaType: mediaTypes.config, ...keep(config) },
      layers: [shared, { mediaType: mediaTypes.gzipLayer, ...keep(gzipSync(layer)) }],
      annotations: base === undefined ? {} : { "org.opencontainers.image.base.name": base },
    });
  };
  const platforms = [await platform("amd64"), await platform("arm64")] as const;
  const index = writeImageIndex({
    manifests: platforms.map((manifest, at) => ({
      ...describeManifest(manifest),
      platform: { os: "linux", architecture: at === 0 ? "amd64" : "arm64" },
    })),
    annotations: { "org.opencontainers.image.version": version },
  });
  const manifests = [index, ...platforms];
  return {
    index,
    platforms,
    blobs,
    shared: shared.digest,
    source: sourceOf(manifests, blobs),
    async artifact(path, names) {
      const parts = { top: describeManifest(index), name: "", manifests, blobs, dockerNames: new Map(), mtime: 0 };
      const bytes = await archiveOf(parts);
      writeFileSync(path, bytes);
      const named = names.map(({ name, rolling = "", platform: at }) => {
        const { digest } = at === undefined ? index : platforms[at];
        return { name, digest, rolling };
      });
      const attributes = {
        format: "oci",
        mediaType: index.mediaType,
        digest: index.digest,
        names: named,
        platforms: [],
      };
      return {
        name: "tool_image.tar",
        type: "image",
        listed: true,
        attributes,
        digest: digestOf(bytes),
        size: bytes.length,
        refs: [],
      };
    },
  };
}

/** In memory; it answers to digests. */
export function sourceOf(manifests: readonly ManifestBytes[], blobs: ReadonlyMap<Digest, Content>): ReferringSource {
  return {
    where: "memory",
    manifest: async (name) => manifests.find(({ digest }) => digest === name),
    blob({ digest }) {
      const content = blobs.get(digest);
      if (content === undefined) throw new Problem("store.failed", `${digest} is not in memory`);
      return content.open();
    },
  };
}

/** Something that is said about an image: a manifest with a subject, and its one blob. */
export function referrerOf(
  subject: ManifestBytes,
  text: string,
): { manifest: ManifestBytes; blobs: Map<Digest, Content> } {
  const bytes = Buffer.from(text);
  const empty = Buffer.from("{}");
  const blob = { mediaType: "text/plain", digest: digestOf(bytes), size: bytes.length };
  const manifest = writeManifest({
    artifactType: "application/vnd.example.note",
    config: { mediaType: mediaTypes.empty, digest: digestOf(empty), size: empty.length },
    layers: [blob],
    subject: describeManifest(subject),
  });
  return {
    manifest,
    blobs: new Map([
      [digestOf(empty), contentOf(empty)],
      [blob.digest, contentOf(bytes)],
    ]),
  };
}
