/** Kinds: what a builder, archive format or store declares so that shared code never asks which one it is. */
import type { z } from "zod";
import type { ReleaseAbout } from "./about.ts";
import type { ArtifactType, ExpectedArtifact } from "./artifact.ts";
import type { BuildEntry } from "./config/builds.ts";
import type { AnnounceEntry, StoreEntry } from "./config/publish.ts";
import type { JobNeeds } from "./job.ts";
import type { JsonObject } from "./json.ts";
import type { Machine, Probe } from "./machine.ts";
import type { PublishPlan } from "./plan.ts";
import type { Platform } from "./platform.ts";
import type { Signer } from "./signer.ts";
import type { KindWords } from "./kind-words.ts";
import type { Scope } from "./template.ts";

/** The deciding half of a builder; `make/builders/` adds the making half. */
export interface BuildKind<Options = unknown> extends KindWords {
  /** The option that the value under the kind's key stands for: `go: ./cmd/x` is `go: { main: ./cmd/x }`. */
  readonly primary: string;
  /** The kind's own options, with `primary`. They may stand under the kind's key or beside it. */
  readonly schema: z.ZodType<Options>;
  /** What it needs of a CI job; left out: nothing. */
  job?(options: Options): JobNeeds;
  /**
   * Targets of an entry without `for`. Empty: it has none unless `for` lists them. Undefined: it makes the same for every
   * platform, and `for` is refused.
   */
  targets(options: Options, host: Platform): readonly string[] | undefined;
  /** Why it cannot make a platform, or undefined when it can. `probed` is what {@link BuildKind.probe} found out. */
  cannot?(platform: Platform, options: Options, probed: JsonObject): string | undefined;
  /** Looks at project and machine before anything is planned: toolchain there? which version? what is the package called? */
  probe(entry: BuildEntry & { readonly options: Options }, machine: Machine): Promise<Probe>;
  /** File names of lock files that say what its programs are made from, where those do not say it themselves: the first that is found. */
  readonly locks?: readonly string[] | undefined;
  /** One draft per program made. Pure. */
  decide(request: BuildRequest<Options>): readonly BuildDraft[];
}

export interface BuildRequest<Options = unknown> {
  readonly options: Options;
  /** Undefined for kinds without targets. */
  readonly platform: Platform | undefined;
  /** Everything templates may use here, the target's fields included. */
  readonly scope: Scope;
  /** Name of the entry. */
  readonly name: string;
  /** Rendered `binary`, or undefined where the entry leaves it out. Without suffix such as `.exe`. */
  readonly binary: string | undefined;
  /** Rendered `dir`, relative to the root; `.` when left out. */
  readonly dir: string;
  readonly probed: JsonObject;
  readonly project: string;
  readonly version: string;
  readonly commit: string;
  readonly shortCommit: string;
  /** ISO 8601, of the release's clock. */
  readonly date: string;
}

export interface BuildDraft {
  /** Tells several drafts of one target apart in step ids; empty for a single one. */
  readonly suffix: string;
  /** Rendered, and all the maker needs. */
  readonly options: JsonObject;
  /** Over the entry's `env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: readonly ExpectedArtifact[];
}

/** The deciding half of an archive format. */
export interface ArchiveKind extends KindWords {
  /** With its dot: `.tar.gz`. */
  readonly extension: string;
  /** Whether it holds one file and no names or modes of its own (`gz`, `binary`). */
  readonly single: boolean;
  /** `binary` is a program as it is; everything else is an archive. */
  readonly makes: "archive" | "binary";
}

/** The deciding half of a store; `store/` adds the opening half. */
export interface StoreKind<Options = unknown> extends KindWords {
  readonly primary: string;
  readonly schema: z.ZodType<Options>;
  /** What it needs of a CI job; left out: nothing. */
  job?(options: Options): JobNeeds;
  /** Renders the options into the Plan. Pure. */
  decide(entry: StoreEntry & { readonly options: Options }, scope: Scope): JsonObject;
  /** Where it signs what it makes there, such as commits: by which methods, and with which key of `trust.keys`. The Plan's options get it as `signer`. */
  readonly signing?: StoreSigning<Options> | undefined;
  /**
   * Whether all names that the decided options give to files stand for the newest release, whichever that is, so that pre-releases go
   * there only where the config lets them. Left out: they do not.
   */
  namesNewest?(options: JsonObject): boolean;
  /** Types of artifacts it can keep, or whether it can keep one, told from what is known before it is made; left out: all. */
  readonly takes?: readonly ArtifactType[] | ((artifact: ExpectedArtifact) => boolean) | undefined;
  /**
   * Where files will be found, told by the decided options before anything is there: what a file's name is put behind, percent-encoded.
   * Left out or undefined: nobody can say before.
   */
  downloads?(options: JsonObject, about: Pick<ReleaseAbout, "tag" | "version" | "isNightly">): string | undefined;
  /** Types it can keep, and gets only where `only` says so: they usually go elsewhere. */
  readonly leaves?: readonly ArtifactType[] | undefined;
}

export interface StoreSigning<Options = unknown> {
  readonly methods: readonly Signer["method"][];
  /** Undefined where nothing is signed. */
  keyOf(options: Options): string | undefined;
}

/** Whether a store of this kind can keep an artifact. */
export function isTaken({ takes }: Pick<StoreKind, "takes">, artifact: ExpectedArtifact): boolean {
  if (takes === undefined) return true;
  return typeof takes === "function" ? takes(artifact) : takes.includes(artifact.type);
}

/** The deciding half of a kind of announcement; `publish/announce/` adds the half that says it. */
export interface AnnounceKind<Options = unknown> extends KindWords {
  readonly primary: string;
  readonly schema: z.ZodType<Options>;
  /** Renders the options into the Plan; `publish` is where the Release goes. Pure. */
  decide(
    entry: AnnounceEntry & { readonly options: Options },
    scope: Scope,
    publish: readonly PublishPlan[],
  ): JsonObject;
  /** What it needs of a CI job; left out: nothing. */
  job?(options: Options): JobNeeds;
}

/** The deciding half of a kind of key; `sign/` adds the opening half. */
export interface KeyKind<Options = unknown> extends KindWords {
  readonly primary: string;
  readonly schema: z.ZodType<Options>;
  /** What it needs of a CI job; left out: nothing. */
  job?(options: Options): JobNeeds;
  /** What its signers make. */
  readonly method: Signer["method"];
  /** Name of a key of the kind that is there without being written in the config, with no options. */
  readonly known?: string | undefined;
}

export { kindTable, type KindTable, type KindWords } from "./kind-words.ts";
