/** Writes an OCI archive: a tar of an image layout (OCI image-spec, image-layout.md), which `docker load` reads as well. */
import type { Digest } from "../../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { plain } from "../plain.ts";
import type { Content } from "../segment.ts";
import type { TarEntry } from "../tar/entry.ts";
import { tarSegments } from "../tar/write.ts";
import { writeDockerList } from "./docker-list.ts";
import { blobPath, layoutFile, refName, writeLayoutIndex } from "./layout.ts";
import { type ImageManifest, readManifest } from "./manifest.ts";
import { isConfigType, isIndexType } from "./media-types.ts";

/** What an archive is written from. */
export interface ImageParts {
  readonly top: Descriptor;
  /** The first name it gets, `ghcr.io/acme/tool:1.0.0`; empty: it has none. */
  readonly name: string;
  /** Every index and manifest, in any order. */
  readonly manifests: readonly ManifestBytes[];
  /** The bytes of every config and layer. */
  readonly blobs: ReadonlyMap<Digest, Content>;
  /** What `docker load` calls each manifest: `ghcr.io/acme/tool:1.0.0`. */
  readonly dockerNames: ReadonlyMap<Digest, readonly string[]>;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** What containerd, and so a Docker that uses its store, calls an image it imports. */
const containerdName = "io.containerd.image.name";

/**
 * The archive: `oci-layout`, `index.json`, `manifest.json` where there are images to run, then blobs: manifests, configs, layers,
 * each sorted by digest. Same parts, same bytes. `contentOf` is for what is written here.
 */
export function writeImageArchive(
  parts: ImageParts,
  contentOf: (bytes: Uint8Array) => Content,
): AsyncIterable<Uint8Array> {
  const images = imagesOf(parts);
  const list = dockerList(images, parts);
  const files: readonly (readonly [string, Content])[] = [
    ["oci-layout", contentOf(layoutFile)],
    ["index.json", contentOf(writeLayoutIndex([named(parts)]))],
    ...(list === undefined ? [] : [["manifest.json", contentOf(list)] as const]),
    ...sorted(new Map(parts.manifests.map(({ digest, bytes }) => [digest, contentOf(bytes)]))),
    ...blobsOf(images, parts),
  ];
  const entries = files.map(([path, content]): TarEntry => ({
    type: "file",
    path,
    mode: 0o644,
    mtime: parts.mtime,
    owner: "",
    group: "",
    content,
  }));
  return plain(tarSegments(entries, { dialect: "pax" }));
}

interface Image extends ImageManifest {
  readonly digest: Digest;
}

function imagesOf({ manifests }: ImageParts): readonly Image[] {
  return manifests
    .filter(({ mediaType }) => !isIndexType(mediaType))
    .map((manifest) => ({ ...readManifest(manifest), digest: manifest.digest }));
}

/** The top descriptor as the layout's index has it: the tag, and the whole name for those who take that. */
function named({ top, name }: ImageParts): Descriptor {
  if (name === "") return top;
  const annotations = { ...top.annotations, [containerdName]: name, [refName]: name.slice(name.lastIndexOf(":") + 1) };
  return { ...top, annotations };
}

function dockerList(images: readonly Image[], { dockerNames }: ImageParts): Uint8Array | undefined {
  const runnable = images.filter(({ config }) => isConfigType(config.mediaType));
  if (runnable.length === 0) return undefined;
  return writeDockerList(
    runnable.map(({ digest, config, layers }) => ({
      config: blobPath(config.digest),
      names: dockerNames.get(digest) ?? [],
      layers: layers.map((layer) => blobPath(layer.digest)),
    })),
  );
}

/** Configs, then layers; each digest once. */
function blobsOf(images: readonly Image[], { blobs }: ImageParts): readonly (readonly [string, Content])[] {
  const contentOf = ({ digest }: Descriptor): readonly [Digest, Content] => {
    const content = blobs.get(digest);
    if (content === undefined) throw new Error(`${digest} is named by a manifest and was not given`);
    return [digest, content];
  };
  const configs = new Map(images.map(({ config }) => contentOf(config)));
  const layers = new Map(images.flatMap((image) => image.layers.map(contentOf)));
  for (const digest of configs.keys()) layers.delete(digest);
  return [...sorted(configs), ...sorted(layers)];
}

function sorted(contents: ReadonlyMap<Digest, Content>): readonly (readonly [string, Content])[] {
  return [...contents].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([digest, content]) => [blobPath(digest), content]);
}
