/** Image configs (OCI image-spec, config.md; Docker's, which is nearly the same), read and written. */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { orderedTexts } from "./descriptor.ts";
import { shapes } from "./shapes.ts";
import { invalid, readJson } from "../json.ts";

/** A layer, or a step that made none, as people are told of it. */
export interface LayerHistory {
  readonly created?: string | undefined;
  readonly created_by?: string | undefined;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  readonly empty_layer?: boolean | undefined;
}

/** Fields as config.md names them. */
export interface ImageConfigFile {
  /** RFC 3339. */
  readonly created?: string | undefined;
  readonly author?: string | undefined;
  readonly architecture: string;
  readonly os: string;
  readonly "os.version"?: string | undefined;
  readonly "os.features"?: readonly string[] | undefined;
  readonly variant?: string | undefined;
  readonly config: RunConfig;
  /** Of the uncompressed layers, the lowest first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly LayerHistory[];
}

/** What a container runs with: fields of OCI, and of Docker where OCI has none (`Healthcheck`). Others of a base image stay as they are. */
export interface RunConfig {
  readonly User?: string | undefined;
  readonly ExposedPorts?: Readonly<Record<string, JsonObject>> | undefined;
  readonly Env?: readonly string[] | undefined;
  readonly Entrypoint?: readonly string[] | undefined;
  readonly Cmd?: readonly string[] | undefined;
  readonly Volumes?: Readonly<Record<string, JsonObject>> | undefined;
  readonly WorkingDir?: string | undefined;
  readonly Labels?: Readonly<Record<string, string>> | undefined;
  readonly StopSignal?: string | undefined;
  readonly Healthcheck?: JsonObject | undefined;
  readonly [other: string]: Json | undefined;
}

/** Docker writes `null` for what is not there. */
function optional<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.infer<Schema> | undefined> {
  return z.preprocess((value) => value ?? undefined, schema.optional());
}

const set = z.record(
  z.string(),
  z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
);
const texts = z.array(z.string());

const runSchema = z.looseObject({
  User: optional(z.string()),
  ExposedPorts: optional(set),
  Env: optional(texts),
  Entrypoint: optional(texts),
  Cmd: optional(texts),
  Volumes: optional(set),
  WorkingDir: optional(z.string()),
  Labels: optional(shapes.texts),
  StopSignal: optional(z.string()),
  Healthcheck: optional(z.custom<JsonObject>((value) => typeof value === "object" && value !== null)),
});

const historySchema = z.object({
  created: optional(z.string()),
  created_by: optional(z.string()),
  author: optional(z.string()),
  comment: optional(z.string()),
  empty_layer: optional(z.boolean()),
});

const schema = z.looseObject({
  created: optional(z.string()),
  author: optional(z.string()),
  architecture: z.string().min(1),
  os: z.string().min(1),
  "os.version": optional(z.string()),
  "os.features": optional(texts),
  variant: optional(z.string()),
  config: optional(runSchema),
  rootfs: z.looseObject({ type: z.literal("layers"), diff_ids: optional(z.array(shapes.digest)) }),
  history: optional(z.array(historySchema)),
});

/** A config whose digest was compared. Fails with `format.invalid`. What only Docker's builder knows of it is dropped. */
export function readImageConfig(bytes: Uint8Array, digest: Digest): ImageConfigFile {
  const { rootfs, config, history, ...read } = readJson(bytes, schema, `The config ${digest}`);
  const { created, author, architecture, os, variant } = read;
  return {
    created,
    author,
    architecture,
    os,
    "os.version": read["os.version"],
    "os.features": read["os.features"],
    variant,
    config: (config ?? {}) as RunConfig,
    diffIds: rootfs.diff_ids ?? [],
    history: history ?? [],
  };
}

/** Fails with `format.invalid` where the config does not have one digest for each of a manifest's `layers`. */
export function checkDiffIds({ diffIds }: ImageConfigFile, layers: number, digest: Digest): void {
  if (diffIds.length !== layers)
    throw invalid(`The config ${digest}`, `has ${diffIds.length} diff_ids for ${layers} layers`);
}

/** In the order of config.md. */
const runKeys = [
  "User",
  "ExposedPorts",
  "Env",
  "Entrypoint",
  "Cmd",
  "Volumes",
  "WorkingDir",
  "Labels",
  "StopSignal",
  "Healthcheck",
] as const;

/** The config as bytes: keys in the order of the specification, sets sorted, what is empty left out, no spaces. */
export function writeImageConfig(file: ImageConfigFile): Uint8Array {
  const { created, author, architecture, os, variant, config, diffIds, history } = file;
  return Buffer.from(
    JSON.stringify({
      created,
      author,
      architecture,
      os,
      "os.version": file["os.version"],
      "os.features": file["os.features"],
      variant,
      config: orderedRun(config),
      rootfs: { type: "layers", diff_ids: diffIds },
      history: history.length === 0 ? undefined : history.map(orderedHistory),
    }),
  );
}

function orderedRun(config: RunConfig): object | undefined {
  const others = Object.keys(config).filter((key) => !runKeys.some((known) => known === key));
  const entries = [...runKeys, ...others.toSorted()].flatMap((key) => {
    const value = config[key];
    return isEmpty(value) ? [] : [[key, key === "Labels" ? orderedTexts(config.Labels) : orderedSet(key, value)]];
  });
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as object);
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function orderedSet(key: string, value: Json | undefined): Json | undefined {
  if (key !== "ExposedPorts" && key !== "Volumes") return value;
  return Object.fromEntries(
    Object.keys(value as JsonObject)
      .toSorted()
      .map((name) => [name, {}]),
  );
}

function orderedHistory({ created, created_by, author, comment, empty_layer }: LayerHistory): object {
  return { created, created_by, author, comment, empty_layer };
}
