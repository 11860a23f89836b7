/** The `images` of the config: layers, what a container runs with, and tags. */
import type { Entry, Selector, TargetPattern } from "./entry.ts";
import type { FileEntry } from "./files.ts";
import type { Place } from "../problem.ts";
import type { ByTarget, Template } from "../template.ts";

export interface ImageEntry extends Omit<Entry, "name" | "env"> {
  /** By which others name it; undefined: the last part of the first repository. */
  readonly id: string | undefined;
  /** `ghcr.io/acme/tool`, one or several. */
  readonly repositories: readonly Template[];
  /** A reference, `scratch`, `oci:FOLDER`, `oci-archive:FILE` or `docker-archive:FILE`. */
  readonly base: ByTarget<Template> | undefined;
  readonly platforms: readonly TargetPattern[] | undefined;
  readonly from: readonly Selector[] | undefined;
  /** Undefined: one layer with the programs of `from`. */
  readonly layers: readonly ImageLayer[] | undefined;
  readonly compression: ImageLayer["compression"];
  readonly add: readonly string[];
  readonly dockerfile: DockerfileEntry | undefined;
  readonly index: boolean | undefined;
  readonly container: ContainerText;
  readonly annotations: Readonly<Record<string, Template>>;
  readonly tags: ImageTags;
  /** File name of the archive in the Release. */
  readonly file: Template | undefined;
  /** Kinds of SBOMs that are made of it. */
  readonly sbom: readonly string[];
  readonly optional: boolean;
}

export interface ImageLayer {
  readonly files: readonly FileEntry[];
  readonly compression: "gzip" | "zstd" | "none" | undefined;
}

/** What a container runs with. */
export interface ContainerText {
  readonly entrypoint: Template | readonly Template[] | undefined;
  readonly cmd: Template | readonly Template[] | undefined;
  readonly env: Readonly<Record<string, Template>>;
  readonly user: Template | undefined;
  readonly workdir: Template | undefined;
  readonly expose: readonly Template[];
  readonly volumes: readonly Template[];
  readonly labels: Readonly<Record<string, Template>>;
  readonly stopSignal: Template | undefined;
  readonly healthcheck: Healthcheck | undefined;
}

/** Times in nanoseconds; null where Docker's defaults stand. */
export interface Healthcheck {
  /** `CMD` and words, `CMD-SHELL` and a line, or `NONE`. */
  readonly test: readonly string[];
  readonly interval: number | null;
  readonly timeout: number | null;
  readonly startPeriod: number | null;
  readonly retries: number | null;
}

/** Tags by what kind of release they are for. `rolling` stands for X.Y, X and latest. */
export interface ImageTags {
  readonly release: readonly (Template | "rolling")[];
  readonly snapshot: readonly Template[];
  readonly nightly: readonly Template[];
}

export interface DockerfileEntry {
  readonly place: Place;
  readonly file: Template;
  /** The stage that is built; undefined: the last. */
  readonly target: Template | undefined;
  readonly args: Readonly<Record<string, Template>>;
  /** Files beside it that it may copy. */
  readonly context: readonly FileEntry[];
  readonly tool: "auto" | "buildx" | "podman" | "buildah";
}
