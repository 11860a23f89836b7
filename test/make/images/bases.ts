/** Base images for tests: layers of named members, in memory. */
import { gzipSync } from "node:zlib";

import { type ImageConfigFile, writeImageConfig } from "../../../src/format/oci/config.ts";
import { writeManifest } from "../../../src/format/oci/manifest.ts";
import { layerTypes, mediaTypes } from "../../../src/format/oci/media-types.ts";
import { plain } from "../../../src/format/plain.ts";
import type { TarEntry } from "../../../src/format/tar/entry.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import type { Digest } from "../../../src/model/artifact.ts";
import type { Descriptor, ManifestBytes, OpenedImage, PlannedImage } from "../../../src/model/image.ts";
import { collect, contentOf } from "../../format/contents.ts";
import { digestOf } from "../../format/oci/images.ts";

const attributes = { mode: 0o644, mtime: 1_600_000_000 };

export function file(path: string, text = path): TarEntry {
  return { ...attributes, type: "file", path, content: contentOf(text) };
}

export function folder(path: string, mode = 0o755, uid = 0): TarEntry {
  return { ...attributes, type: "directory", path, mode, uid, gid: uid };
}

export function link(path: string, target: string): TarEntry {
  return { ...attributes, type: "symlink", path, target };
}

export interface TestBase {
  readonly manifest: ManifestBytes;
  readonly layers: readonly Descriptor[];
  /** How often its source was asked for anything. */
  readonly asked: () => number;
  open(): Promise<OpenedImage>;
  /** As the Plan names it. */
  readonly planned: NonNullable<PlannedImage["base"]>;
}

export const reference = "example.com/base:1";

/** A base of gzipped layers. `over` changes its config, `alter` its manifest, `damage` the bytes its source gives. */
export async function baseOf(
  members: readonly (readonly TarEntry[])[],
  {
    over = {},
    docker = false,
    damage = (bytes) => bytes,
  }: {
    readonly over?: Partial<ImageConfigFile>;
    readonly docker?: boolean;
    readonly damage?: (bytes: Uint8Array, digest: Digest) => Uint8Array;
  } = {},
): Promise<TestBase> {
  const blobs = new Map<Digest, Uint8Array>();
  const keep = (mediaType: string, bytes: Uint8Array): Descriptor => {
    blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const tars = await Promise.all(members.map((each) => collect(plain(tarSegments(each, { dialect: "pax" })))));
  const layers = tars.map((tar) => keep(docker ? mediaTypes.dockerGzipLayer : layerTypes.gzip, gzipSync(tar)));
  const config = keep(
    docker ? mediaTypes.dockerConfig : mediaTypes.config,
    writeImageConfig({
      architecture: "amd64",
      os: "linux",
      config: {},
      diffIds: tars.map(digestOf),
      history: [],
      ...over,
    }),
  );
  const manifest = docker ? dockerManifest(config, layers) : writeManifest({ config, layers });
  let asked = 0;
  return {
    manifest,
    layers,
    asked: () => asked,
    planned: { reference, digest: manifest.digest, index: digestOf(Buffer.from("index")) },
    open: async () => ({
      name: "1",
      repository: undefined,
      source: {
        where: reference,
        manifest: async (name) => {
          asked++;
          return name === manifest.digest ? { ...manifest, bytes: damage(manifest.bytes, manifest.digest) } : undefined;
        },
        async *blob({ digest }) {
          asked++;
          yield damage(blobs.get(digest) ?? new Uint8Array(), digest);
        },
      },
    }),
  };
}

function dockerManifest(config: Descriptor, layers: readonly Descriptor[]): ManifestBytes {
  const mediaType = mediaTypes.dockerManifest;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }));
  return { mediaType, bytes, digest: digestOf(bytes) };
}
