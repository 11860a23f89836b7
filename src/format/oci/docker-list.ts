/** The `manifest.json` of `docker save`, which `docker load` reads: images by the paths of their configs and layers. */
import { z } from "zod";

import { readJson } from "../json.ts";

export interface DockerImage {
  /** Path of the config in the archive. */
  readonly config: string;
  /** `ghcr.io/acme/tool:1.0.0`. */
  readonly names: readonly string[];
  /** Paths of the layers, the lowest first. */
  readonly layers: readonly string[];
}

const schema = z.array(
  z.looseObject({
    Config: z.string().min(1),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

/** Fails with `format.invalid` on anything else. */
export function readDockerList(bytes: Uint8Array): readonly DockerImage[] {
  const images = readJson(bytes, schema, "manifest.json");
  return images.map(({ Config, RepoTags, Layers }) => ({
    config: Config,
    names: RepoTags ?? [],
    layers: Layers ?? [],
  }));
}

export function writeDockerList(images: readonly DockerImage[]): Uint8Array {
  const list = images.map(({ config, names, layers }) => ({ Config: config, RepoTags: names, Layers: layers }));
  return Buffer.from(JSON.stringify(list));
}
