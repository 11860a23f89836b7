/** Writes what is attached to an image as an OCI archive, with the names that it is to get. */
import { writeImageIndex } from "../../format/oci/image-index.ts";
import { describeManifest } from "../../format/oci/manifest.ts";
import { writeImageArchive } from "../../format/oci/write-archive.ts";
import type { Content } from "../../format/segment.ts";
import { type Artifact, hexOf } from "../../model/artifact.ts";
import type { ImageAttributes, ManifestBytes } from "../../model/image.ts";
import type { AttachedParts } from "./parts.ts";
import type { Attached, AttachRequest } from "./request.ts";

/** An index over all manifests is on top of the archive, since one thing has to be; it gets no name, so no registry gets it. */
export async function writeAttached(
  image: Artifact,
  ending: "sig" | "att",
  { manifests, blobs, names }: AttachedParts,
  { cache, epoch }: AttachRequest,
): Promise<Attached> {
  const top = writeImageIndex({ manifests: manifests.map(describeManifest) });
  const chunks: Uint8Array[] = [];
  const archive = {
    top: describeManifest(top),
    name: "",
    manifests: [top, ...manifests],
    blobs: new Map(
      blobs.map(({ descriptor, bytes }) => [descriptor.digest, contentOf(bytes, hexOf(descriptor.digest))]),
    ),
    dockerNames: new Map(),
    mtime: epoch,
  };
  for await (const chunk of writeImageArchive(archive, (bytes) => contentOf(bytes, "")))
    chunks.push(new Uint8Array(chunk));
  const held = await cache.keepBytes(Buffer.concat(chunks));
  const artifact: Artifact = {
    name: `${image.name.replace(/\.tar$/, "")}.${ending}.tar`,
    type: "image",
    listed: true,
    attributes: attributesOf(top, names),
    ...held,
    refs: [],
    subject: image.digest,
  };
  return { artifact, subject: image.name };
}

function attributesOf({ mediaType, digest }: ManifestBytes, names: AttachedParts["names"]): ImageAttributes {
  return { format: "oci", mediaType, digest, names: names.map((each) => ({ ...each, rolling: "" })), platforms: [] };
}

function contentOf(bytes: Uint8Array, sha256: string): Content {
  return {
    size: bytes.length,
    sha256,
    async *open() {
      yield bytes;
    },
    bytes,
    compressed: () => Promise.reject(new Error("what is attached stands in its archive as it is")),
  };
}
