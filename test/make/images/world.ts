/** Runs one image Step for real, over a small project, made-up artifacts and base images in memory. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { createCompressor } from "../../../src/format/compressor.ts";
import { type ImageArchive, readImageArchive } from "../../../src/format/oci/archive.ts";
import { type ImageConfigFile, readImageConfig } from "../../../src/format/oci/config.ts";
import { type ImageManifest, readManifest } from "../../../src/format/oci/manifest.ts";
import { layerCompression } from "../../../src/format/oci/media-types.ts";
import { gunzip } from "../../../src/format/inflate.ts";
import { inMemory } from "../../../src/format/random-access.ts";
import { readTar } from "../../../src/format/tar/read.ts";
import type { TarMember } from "../../../src/format/tar/entry.ts";
import { unzstd } from "../../../src/format/zstd.ts";
import { imageMakers } from "../../../src/make/images/table.ts";
import type { Maker } from "../../../src/make/maker.ts";
import { run } from "../../../src/make/run.ts";
import type { Artifact, ArtifactType } from "../../../src/model/artifact.ts";
import type {
  ImageAttributes,
  ImageConfig,
  ImageStepOptions,
  OpenedImage,
  PlannedImage,
} from "../../../src/model/image.ts";
import type { JsonObject, Plain } from "../../../src/model/json.ts";
import type { Plan, PlannedFile, Step } from "../../../src/model/plan.ts";
import { type Problem, throwIfAny } from "../../../src/model/problem.ts";
import { openCache } from "../../../src/store/cache.ts";
import { collect } from "../../format/contents.ts";

/** 2026-01-30T12:00:00Z. */
export const epoch = 1_769_774_400;

/** An artifact that another Step made. */
export interface Input {
  readonly bytes: Uint8Array | string;
  readonly type?: ArtifactType;
  readonly attributes?: JsonObject;
}

export interface World {
  readonly options: Partial<ImageStepOptions> & { readonly platforms: readonly PlannedImage[] };
  /** Of the project, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Puts further files into the project. */
  readonly prepare?: (root: string) => void;
  /** What the Step `build` made, by name. */
  readonly inputs?: Readonly<Record<string, Input>>;
  readonly images?: Readonly<Record<string, () => Promise<OpenedImage>>>;
  readonly kind?: "oci" | "dockerfile";
  /** Default: a fresh one. */
  readonly cache?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The release's clock, seconds since 1970. */
  readonly clock?: number;
}

export interface Outcome {
  readonly state: string | undefined;
  readonly problems: readonly Problem[];
  readonly lines: readonly string[];
  /** Throws the problems where the Step failed. */
  made(): MadeImage;
}

export interface MadeImage {
  /** Of the archive, which is gone after the test. */
  readonly path: string;
  readonly artifact: Artifact;
  readonly attributes: ImageAttributes;
}

export const noConfig: ImageConfig = {
  entrypoint: null,
  cmd: null,
  env: {},
  user: null,
  workdir: null,
  expose: [],
  volumes: [],
  labels: {},
  stopSignal: null,
  healthcheck: null,
};

/** One platform's image from scratch with nothing in it, but for what `over` says. */
export function planned(over: Partial<PlannedImage> = {}): PlannedImage {
  return {
    platform: "linux/amd64",
    tags: [],
    base: null,
    layers: [],
    add: [],
    config: noConfig,
    dockerfile: null,
    ...over,
  };
}

/** A layer of file entries. */
export function layerOf(...files: readonly Plain<PlannedFile>[]): PlannedImage["layers"][number] {
  return { compression: "gzip", files };
}

/** An entry for what the Step `build` made. */
export function program(output: string, to: string, more: Partial<Plain<PlannedFile>> = {}): Plain<PlannedFile> {
  return { source: "artifact", from: "build", output, to, ...more };
}

export function text(to: string, from = to, more: Partial<Plain<PlannedFile>> = {}): Plain<PlannedFile> {
  return { source: "text", from, to, ...more };
}

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export async function makeImage(world: World): Promise<Outcome> {
  const root = freshFolder();
  for (const [path, content] of Object.entries(world.files ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  world.prepare?.(root);
  const cacheFolder = world.cache ?? join(freshFolder(), "cache");
  const cache = openCache(cacheFolder, { maxBytes: 1e10 });
  const compressor = createCompressor({ workers: 0 });
  const lines: string[] = [];
  const image = imageStep(world);
  try {
    const result = await run({
      plan: { ...planOf([inputStep(world), image]), epoch: world.clock ?? epoch },
      root,
      makerOf: (step) => (step.id === "build" ? inputMaker(world) : makerNamed(step.kind)),
      cache,
      compressor,
      jobs: 2,
      memory: 8e9,
      progress: { started: () => {}, ended: () => {}, detail: (_, line) => void lines.push(line) },
      env: { ...process.env, ...world.env },
      openSigner: (name) => Promise.reject(new Error(`no key ${name}`)),
      openImage: (name) => world.images?.[name]?.() ?? Promise.reject(new Error(`no image ${name}`)),
      render: (source) => source,
    });
    return {
      state: result.outcomes.get(image.id)?.state,
      problems: result.problems,
      lines,
      made() {
        throwIfAny(result.problems);
        const [artifact] = result.artifacts.get(image.id) ?? [];
        if (artifact === undefined) throw new Error("the image was not made");
        const attributes = artifact.attributes as unknown as ImageAttributes;
        return { path: cache.pathOf(artifact.digest), artifact, attributes };
      },
    };
  } finally {
    await Promise.all([cache.close(), compressor.close()]);
  }
}

function makerNamed(kind: string): Maker {
  const maker = imageMakers.get(kind);
  if (maker === undefined) throw new Error(`no maker ${kind}`);
  return maker;
}

function inputMaker({ inputs = {} }: World): Maker {
  return {
    kind: "input",
    version: 1,
    key: async () => Object.values(inputs).map(({ bytes }) => Buffer.from(bytes).toString("base64")),
    async make(_, context) {
      const made = Object.entries(inputs).map(([name, { bytes }]) =>
        context.write(name, [Buffer.from(bytes)] as unknown as AsyncIterable<Uint8Array>),
      );
      return { made: await Promise.all(made), reads: [] };
    },
  };
}

function inputStep({ inputs = {} }: World): Step {
  return {
    ...stepOf("build", "builds", "input"),
    outputs: Object.entries(inputs).map(([name, { type = "binary", attributes = {} }]) => ({
      name,
      type,
      listed: false,
      attributes,
    })),
  };
}

function imageStep({ options, kind = "oci" }: World): Step {
  const whole: ImageStepOptions = {
    repositories: ["example.com/acme/tool"],
    tags: [{ tag: "1.0.0", rolling: "" }],
    index: options.platforms.length > 1,
    annotations: {},
    ...options,
  };
  return {
    ...stepOf("image/tool", "images", kind),
    needs: ["build"],
    options: whole,
    outputs: [{ name: "tool_1.0.0_image.tar", type: "image", listed: true, attributes: { format: "oci" } }],
  };
}

function stepOf(id: string, section: Step["section"], kind: string): Step {
  return { id, section, kind, title: id, needs: [], options: {}, env: {}, outputs: [] };
}

function planOf(steps: Plan["steps"]): Plan {
  const release = {
    folder: "dist/1.0.0",
    layout: "flat",
    title: "",
    channel: "",
    checksums: [],
    index: "",
    signatureList: "",
    signatures: [],
    provenance: "",
  } as const;
  return {
    slipway: 1,
    by: "0",
    project: "tool",
    version: "1.0.0",
    tag: "v1.0.0",
    previousTag: "",
    commit: "0123456789abcdef0123456789abcdef01234567",
    commitTime: epoch,
    epoch,
    isSnapshot: false,
    isNightly: false,
    isPrerelease: false,
    isDirty: false,
    steps,
    release,
    publish: [],
    announce: [],
    skipped: [],
  };
}

/** An image of one platform as it lies in an archive. */
export interface ReadImage {
  readonly manifest: ImageManifest;
  readonly config: ImageConfigFile;
  /** Members of each layer, files with their text. */
  readonly layers: readonly (readonly SeenMember[])[];
}

export type SeenMember = Pick<TarMember, "path" | "type" | "mode" | "uid" | "gid" | "mtime" | "owner" | "pax"> & {
  readonly target?: string;
  readonly text?: string;
};

export function openArchive(path: string): Promise<ImageArchive> {
  return readImageArchive(inMemory(readFileSync(path)));
}

/** The images in an archive, in the order of the index. */
export async function readImages(path: string): Promise<readonly ReadImage[]> {
  const archive = await openArchive(path);
  const manifests = [...archive.manifests.values()].filter(({ bytes }) => Buffer.from(bytes).includes('"layers"'));
  const source = archive.source(path);
  return Promise.all(
    manifests.map(async (bytes) => {
      const manifest = readManifest(bytes);
      const config = readImageConfig(await collect(source.blob(manifest.config)), manifest.config.digest);
      const layers = await Promise.all(
        manifest.layers.map((layer) => membersOf(source.blob(layer), layerCompression(layer.mediaType))),
      );
      return { manifest, config, layers };
    }),
  );
}

async function membersOf(bytes: AsyncIterable<Uint8Array>, compression: string | undefined): Promise<SeenMember[]> {
  const seen: SeenMember[] = [];
  for await (const member of readTar(
    compression === "gzip" ? gunzip(bytes) : compression === "zstd" ? unzstd(bytes) : bytes,
  )) {
    const { path, type, mode, uid, gid, mtime, owner, pax } = member;
    const common = { path, type, mode, uid, gid, mtime, owner, pax };
    if (member.type === "file") seen.push({ ...common, text: (await collect(member.open())).toString() });
    else seen.push("target" in member ? { ...common, target: member.target } : common);
  }
  return seen;
}
