/** Small images for tests, made with the writers. */
import { hash } from "node:crypto";

import { writeImageConfig } from "../../../src/format/oci/config.ts";
import { writeImageIndex } from "../../../src/format/oci/image-index.ts";
import { describeManifest, writeManifest } from "../../../src/format/oci/manifest.ts";
import { mediaTypes } from "../../../src/format/oci/media-types.ts";
import { type ImageParts, writeImageArchive } from "../../../src/format/oci/write-archive.ts";
import { plain } from "../../../src/format/plain.ts";
import type { Content } from "../../../src/format/segment.ts";
import type { TarEntry } from "../../../src/format/tar/entry.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { type Digest, digestOfHex } from "../../../src/model/artifact.ts";
import type { ManifestBytes } from "../../../src/model/image.ts";
import { collect, contentOf } from "../contents.ts";

export function digestOf(bytes: Uint8Array): Digest {
  return digestOfHex(hash("sha256", bytes, "hex"));
}

/** A tar archive of files by path. */
export function tarOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([path, bytes]): TarEntry => ({
    type: "file",
    path,
    mode: 0o644,
    mtime: 0,
    content: contentOf(bytes),
  }));
  return collect(plain(tarSegments(entries, { dialect: "pax" })));
}

/** The parts of an image with one uncompressed layer on each architecture, in an index. */
export async function smallImage(architectures: readonly string[] = ["amd64", "arm64"]): Promise<ImageParts> {
  const blobs = new Map<Digest, Content>();
  const keep = (bytes: Uint8Array): { readonly digest: Digest; readonly size: number } => {
    blobs.set(digestOf(bytes), contentOf(bytes));
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const manifests: ManifestBytes[] = [];
  for (const architecture of architectures) {
    const layer = await tarOf({ "etc/arch": architecture });
    const config = writeImageConfig({
      architecture,
      os: "linux",
      config: { User: "65532:65532" },
      diffIds: [digestOf(layer)],
      history: [],
    });
    manifests.push(
      writeManifest({
        config: { mediaType: mediaTypes.config, ...keep(config) },
        layers: [{ mediaType: mediaTypes.layer, ...keep(layer) }],
      }),
    );
  }
  const index = writeImageIndex({
    manifests: manifests.map((manifest, at) => ({
      ...describeManifest(manifest),
      platform: { os: "linux", architecture: architectures[at] ?? "" },
    })),
  });
  const dockerNames = new Map(
    manifests.map(({ digest }, at) => [digest, [`example.com/tool:1-${architectures[at] ?? ""}`]]),
  );
  const name = "example.com/tool:1";
  return {
    top: describeManifest(index),
    name,
    manifests: [index, ...manifests],
    blobs,
    dockerNames,
    mtime: 1_700_000_000,
  };
}

export function archiveOf(parts: ImageParts): Promise<Uint8Array> {
  return collect(writeImageArchive(parts, contentOf));
}
