/** Container images: what the rooms say to each other about them. */
import type { PlannedFile } from "./plan.ts";
import type { Digest } from "./artifact.ts";
import type { JsonObject, Plain } from "./json.ts";
import type { Platform } from "./platform.ts";

/** What points at a blob or manifest (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly platform?: ImagePlatform | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly artifactType?: string | undefined;
}

/** A platform in OCI's words (image-index.md): Go's, with `v7` for arm/7. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  /** Of Windows images, which run only on hosts of that version. */
  readonly "os.version"?: string | undefined;
  readonly "os.features"?: readonly string[] | undefined;
}

/** A manifest or index as it lies in a registry; the digest is of exactly these bytes. */
export interface ManifestBytes {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** Somewhere images are read from: one repository of a registry, an OCI layout, an archive. */
export interface ImageSource {
  /** For people: `gcr.io/distroless/static-debian12`, `oci:build/base`. */
  readonly where: string;
  /** What a tag or digest names, compared with the digest where one is given; undefined where nothing stands there. */
  manifest(tagOrDigest: string): Promise<ManifestBytes | undefined>;
  /** Fails with `verify.mismatch` at the end where the bytes are not what the descriptor says. */
  blob(descriptor: Pick<Descriptor, "digest" | "size">): AsyncIterable<Uint8Array>;
}

/** An image as the config names it, opened. */
export interface OpenedImage {
  readonly source: ImageSource;
  /** What to ask the source's `manifest` for. */
  readonly name: string;
  /** Where its blobs could be mounted from: `gcr.io/distroless/static-debian12`; undefined: they are in no registry. */
  readonly repository: string | undefined;
}

/** Opens `gcr.io/distroless/static-debian12:nonroot`, `oci:FOLDER[:TAG]`, `oci-archive:FILE` or `docker-archive:FILE`. Paths are relative to the project. */
export type OpenImage = (reference: string, signal: AbortSignal) => Promise<OpenedImage>;

/** What a base image is, looked up before anything is planned: from here on it is known by its digests. */
export interface BaseFacts {
  /** Of what the reference names: an index, or the one manifest there is. */
  readonly digest: Digest;
  readonly manifests: readonly {
    readonly platform: Platform;
    readonly osVersion?: string | undefined;
    readonly digest: Digest;
  }[];
}

/** What `images` needs of every Step that makes an image; `plan/` writes it, `make/images/` reads it. */
export interface ImageStepOptions extends JsonObject {
  /** `ghcr.io/acme/tool`, as many as it is pushed under. */
  readonly repositories: readonly string[];
  /** Of the index, or of the one manifest where there is one platform and `index` is false. */
  readonly tags: readonly PlannedTag[];
  /** Whether several manifests, or one, stand in an index. */
  readonly index: boolean;
  /** Of the index and of every manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly platforms: readonly PlannedImage[];
}

export interface PlannedTag extends JsonObject {
  readonly tag: string;
  /** The version that moves it: a registry whose image of that tag is of a later version keeps it. Empty: it never moves by itself. */
  readonly rolling: string;
}

/** One platform's image. */
export interface PlannedImage extends JsonObject {
  /** `linux/arm/7`. */
  readonly platform: string;
  /** Besides those of the index. */
  readonly tags: readonly PlannedTag[];
  /** Null: from scratch. `digest` is the platform's manifest, `index` what the reference named. */
  readonly base: { readonly reference: string; readonly digest: string; readonly index: string } | null;
  readonly layers: readonly PlannedLayer[];
  /** `ca-certificates`, `passwd`, `group`, `tzdata`, `nsswitch`: a layer of their own. */
  readonly add: readonly string[];
  readonly config: ImageConfig;
  /** Builds it instead of `base`, `layers` and `add`; null: it is made here. */
  readonly dockerfile: PlannedDockerfile | null;
}

export interface PlannedDockerfile extends JsonObject {
  /** Path in the project. */
  readonly file: string;
  /** The stage that is built; empty: the last. */
  readonly target: string;
  /** VERSION, COMMIT and DATE, and the user's own. */
  readonly args: Readonly<Record<string, string>>;
  /** What lies beside it; programs of builds at OS/ARCH/NAME. */
  readonly context: readonly Plain<PlannedFile>[];
  /** `auto`, `buildx`, `podman` or `buildah`. */
  readonly tool: string;
}

export interface PlannedLayer extends JsonObject {
  readonly compression: "gzip" | "zstd" | "none";
  readonly files: readonly Plain<PlannedFile>[];
}

/** What a container of it runs with (image-spec, config.md), over what its base says. */
export interface ImageConfig extends JsonObject {
  /** Null: the base's. */
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  /** Over the base's, by name. */
  readonly env: Readonly<Record<string, string>>;
  /** `65532:65532`; null: the base's. */
  readonly user: string | null;
  readonly workdir: string | null;
  /** `8080/tcp`. */
  readonly expose: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string | null;
  /** Docker's and podman's, which OCI has no word for. Times in nanoseconds. */
  readonly healthcheck: {
    readonly test: readonly string[];
    readonly interval: number | null;
    readonly timeout: number | null;
    readonly startPeriod: number | null;
    readonly retries: number | null;
  } | null;
}

/** What is known of an image once it is made: `attributes` of its Artifact, an OCI archive. */
export interface ImageAttributes extends JsonObject {
  readonly format: "oci";
  readonly mediaType: string;
  /** Of the index, or of the manifest where there is none. */
  readonly digest: string;
  /** Every name it is to get, and the manifest or index under it. */
  readonly names: readonly {
    /** `ghcr.io/acme/tool:1.0.0`; `ghcr.io/acme/tool@sha256:...` for what is found by what it refers to. */
    readonly name: string;
    readonly digest: string;
    /** As {@link PlannedTag.rolling}. */
    readonly rolling: string;
  }[];
  readonly platforms: readonly { readonly platform: string; readonly digest: string }[];
}
