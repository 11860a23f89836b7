/** The Config after reading: every value checked, every template compiled, every entry knowing its place. */
import type { RelationName, ScriptName } from "./package.ts";
import type { Place } from "./problem.ts";
import type { ProvenanceEntry } from "./provenance.ts";
import type { SbomEntry } from "./sbom.ts";
import type { SecretName } from "./schema.ts";
import type { ByTarget, Template } from "./template.ts";
import type { TrustRootEntry } from "./trust-root.ts";

/** What every list entry may have (rule 2 of the config language). */
export interface Entry {
  readonly place: Place;
  /** `builds[0]`, `stores.site`: how messages name it. */
  readonly path: string;
  readonly name: Template | undefined;
  /** False skips the entry, with its text as the reason. */
  readonly when: Template | undefined;
  readonly env: Readonly<Record<string, Template>>;
  /** Targets in `builds`; patterns that narrow elsewhere. Undefined: the kind's default, or everything. */
  readonly for: readonly TargetPattern[] | undefined;
}

export interface TargetPattern {
  /** One target or pattern, braces already multiplied out, without the leading `!`. */
  readonly pattern: string;
  /** Takes away what earlier ones gave. */
  readonly without: boolean;
  readonly place: Place;
}

/** `build:engram`, `archive:*`, `engram`: which earlier entries go in (rule 3). */
export interface Selector {
  /** `build`, `archive`, `package`, ...; undefined: the section's usual. */
  readonly section: string | undefined;
  /** Name or glob over names. */
  readonly name: string;
  readonly place: Place;
}

/** One thing put into an archive, package or image (rule 4). */
export type FileEntry = FileEntryCommon &
  (
    | { readonly source: "glob"; readonly from: Template }
    | { readonly source: "artifact"; readonly from: Selector }
    | { readonly source: "text"; readonly text: Template }
    | { readonly source: "link"; readonly link: Template }
    | { readonly source: "dir"; readonly dir: Template }
  );

export interface FileEntryCommon {
  readonly place: Place;
  /** Of an artifact entry: the targets whose artifacts go in; undefined: what the container is for. */
  readonly for: readonly TargetPattern[] | undefined;
  readonly to: Template | undefined;
  readonly type: string | undefined;
  /** Permission bits, at most 0o7777. */
  readonly mode: number | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  /** Seconds since 1970 or an ISO 8601 time. */
  readonly mtime: Template | undefined;
  /** Its language: rpm installs it where that is wanted. */
  readonly lang: string | undefined;
  /** Leave out the folders of the source path: true for all, a number for that many. */
  readonly strip: boolean | number | undefined;
  readonly render: boolean;
  readonly optional: boolean;
}

/** A command of the user's: words, or a template that is split into words (quotes count, no shell). */
export interface Hook {
  readonly place: Place;
  readonly run: Template | readonly Template[];
  readonly dir: Template | undefined;
  readonly env: Readonly<Record<string, Template>>;
  readonly when: Template | undefined;
}

export interface ProjectConfig {
  readonly name: string;
  readonly title: Template | undefined;
  readonly description: Template | undefined;
  readonly homepage: Template | undefined;
  readonly documentation: Template | undefined;
  readonly repository: Template | undefined;
  readonly license: string | undefined;
  readonly maintainer: Template | undefined;
  readonly vendor: Template | undefined;
  readonly copyright: Template | undefined;
  readonly tags: readonly string[];
}

/** What the version guard insists on. */
export type Requirement = "tag" | "clean" | "prefix" | "ref";

export interface VersionConfig {
  readonly place: Place;
  /** `tag`, `describe`, `file:PATH`, or a version. */
  readonly from: string;
  /** Tag prefix; `v` is optional in tags unless `prefix` is required. Monorepos: `cli/v`. */
  readonly prefix: string;
  readonly dir: string | undefined;
  readonly require: readonly Requirement[];
  /** Globs over tags that are not seen. */
  readonly ignore: readonly string[];
  readonly snapshot: Template;
  readonly nightly: Template;
}

/** A file that holds the version. */
export interface CutFile {
  readonly place: Place;
  /** Relative to the project. */
  readonly file: string;
  /** Its one group is the version. Undefined: by what the file is. */
  readonly pattern: string | undefined;
}

/** What `slipway cut` does. */
export interface CutConfig {
  readonly place: Place;
  /** Undefined: what is found. */
  readonly files: readonly CutFile[] | undefined;
  /** False: none; undefined: the usual one, where it is there. */
  readonly changelog: string | false | undefined;
  readonly message: Template;
  /** A text is the key. */
  readonly sign: boolean | string;
  readonly push: boolean;
  readonly branch: string | undefined;
  readonly gates: boolean;
}

/** What workflows do besides what the rest of the config asks for. */
export interface CiConfig {
  readonly place: Place;
  readonly install: string | undefined;
  readonly runner: string | undefined;
  readonly branches: readonly string[];
  readonly smoke: readonly string[];
  /** Five fields of cron. */
  readonly schedule: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Minutes. */
  readonly timeout: number;
}

export interface BuildEntry extends Entry {
  /** Which builder: `go`, `rust`, ... */
  readonly kind: string;
  /** The builder's own options as its schema returned them. */
  readonly options: unknown;
  readonly binary: ByTarget<Template> | undefined;
  readonly dir: Template | undefined;
  /** Where `slipway build` puts the programs. */
  readonly to: Template | undefined;
  readonly hooks: { readonly pre: readonly Hook[]; readonly post: readonly Hook[] };
}

export interface ArchiveEntry extends Entry {
  readonly from: readonly Selector[] | undefined;
  readonly format: ByTarget<readonly string[]>;
  /** Folder that wraps all members. */
  readonly folder: ByTarget<Template> | undefined;
  readonly files: readonly FileEntry[];
  /** How binaries stand in the archive. */
  readonly binaries: {
    readonly to: Template | undefined;
    readonly mode: number | undefined;
    readonly owner: string | undefined;
    readonly group: string | undefined;
  };
  readonly optional: boolean;
}

export interface SourceEntry extends Entry {
  readonly archive: Template;
  readonly format: readonly string[];
  readonly prefix: Template | undefined;
  readonly files: readonly FileEntry[];
}

/** What a package's description says; every part may stand under a format's key too, merged over the entry's own. */
export interface PackageText {
  readonly place: Place;
  /** File name; a format's extension is added where it lacks it. */
  readonly file: Template | undefined;
  readonly version: {
    readonly epoch: number | undefined;
    readonly release: Template | undefined;
    readonly prerelease: Template | undefined;
    readonly metadata: Template | undefined;
  };
  /** The format's own word for the architecture. */
  readonly arch: Template | undefined;
  /** First line: the summary. */
  readonly description: Template | undefined;
  readonly maintainer: Template | undefined;
  readonly vendor: Template | undefined;
  readonly homepage: Template | undefined;
  readonly license: Template | undefined;
  readonly section: Template | undefined;
  readonly priority: Template | undefined;
  readonly relations: Readonly<Partial<Record<RelationName, readonly Template[]>>>;
  readonly contents: readonly FileEntry[];
  readonly scripts: Readonly<Partial<Record<ScriptName, ScriptEntry>>>;
  /** Name of a key in `trust.keys`. */
  readonly sign: { readonly key: string; readonly optional: boolean; readonly place: Place } | undefined;
}

/** A script of the user's: a file of the project, or its text. */
export interface ScriptEntry {
  readonly place: Place;
  readonly source: "file" | "text";
  readonly from: Template;
  /** Whether it runs through the templates. */
  readonly render: boolean;
}

export interface PackageEntry extends Entry {
  readonly formats: readonly string[];
  readonly from: readonly Selector[] | undefined;
  readonly binaries: ArchiveEntry["binaries"];
  readonly text: PackageText;
  /** By format: what is said differently there, and the format's own options. */
  readonly byFormat: Readonly<Record<string, { readonly text: PackageText; readonly options: unknown }>>;
  /** `git`, or `file:PATH`. */
  readonly changelog: { readonly from: string; readonly place: Place } | undefined;
  readonly systemd: SystemdEntry | undefined;
  readonly optional: boolean;
}

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

/** The `systemd:` shorthand of a package. */
export interface SystemdEntry {
  readonly place: Place;
  /** Unit files of the project; none: one is generated. */
  readonly units: readonly Template[];
  /** Command line of the generated unit. */
  readonly exec: Template | undefined;
  /** Further lines of the generated unit's [Service]. */
  readonly service: Readonly<Record<string, Template>>;
  readonly user: Template | undefined;
  readonly group: Template | undefined;
  readonly data: readonly Template[];
  readonly config: readonly Template[];
  /** File of the project with the service's environment. */
  readonly environment: Template | undefined;
  readonly enable: boolean;
  readonly start: boolean;
  readonly restart: boolean;
}

/** One value of a chart that is set while it is packaged. */
export interface ChartOverride {
  readonly place: Place;
  /** Where it goes in values.yaml: keys, and numbers of list items. Never empty. */
  readonly path: readonly (string | number)[];
  /** A text, a number, true, false, null, a list, or a map without keys; maps stand only in lists. */
  readonly value: VarValue;
}

export interface ChartEntry extends Entry {
  /** Folder of the project that holds Chart.yaml. */
  readonly folder: Template;
  /** Left out: the release's version. */
  readonly version: Template | undefined;
  readonly appVersion: Template | undefined;
  readonly values: readonly ChartOverride[];
  /** `oci://ghcr.io/acme/charts`: the chart's own name is added. */
  readonly push: readonly Template[];
  /** Name of a key in `trust.keys`. */
  readonly sign: { readonly key: string; readonly optional: boolean; readonly place: Place } | undefined;
  readonly file: Template | undefined;
  /** Over those of Chart.yaml. */
  readonly annotations: Readonly<Record<string, Template>>;
  readonly optional: boolean;
}

export interface NotesConfig extends Entry {
  /** `commits`, `merges`, `github`, `gitea`, `gitlab`, `file:PATH` or `changelog:PATH`. */
  readonly from: string;
  /** File name in the Release. */
  readonly file: Template;
  readonly groups: readonly {
    readonly title: string;
    readonly match: string;
    /** Labels of pull requests. */
    readonly label: readonly string[];
    readonly place: Place;
  }[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Labels of pull requests that are not told. */
  readonly excludeLabels: readonly string[];
  /** Only what touches one of these: pathspecs. */
  readonly paths: readonly string[];
  readonly sort: "asc" | "desc" | "none";
  readonly header: Template | undefined;
  readonly footer: Template | undefined;
  /** Path of a template file that is given `changelog`, `groups` and `commits`. */
  readonly template: Template | undefined;
  /** Characters of commit ids that are shown; 0 for none. */
  readonly abbrev: number;
  /** Whether commits and pull requests are shown as links. */
  readonly links: boolean;
  /** Whether each entry names who wrote it. */
  readonly authors: boolean;
  /** How an entry is written; waits for `change`. */
  readonly entry: Template | undefined;
  /** Whether the forge writes the notes itself. */
  readonly generated: boolean;
  readonly forge: NotesForge;
}

/** Where pull requests are asked for; what is left out follows from the store of the same kind, or the remote. */
export interface NotesForge {
  readonly repository: Template | undefined;
  readonly endpoint: Template | undefined;
  readonly token: SecretName | undefined;
}

export interface ReleaseConfig {
  readonly place: Place;
  readonly title: Template;
  readonly folder: Template;
  readonly layout: "flat" | "by-platform";
  readonly checksums: readonly {
    readonly name: Template;
    readonly algorithm: string;
    readonly split: boolean;
    readonly place: Place;
  }[];
  readonly index: Template | undefined;
  /** Name of the list of all signatures. */
  readonly signatures: Template | undefined;
  readonly files: readonly FileEntry[];
  readonly channel: Template;
  /** Folder that reports are written into once it is published; true: the release's own. */
  readonly reports: Template | boolean;
}

export interface StoreEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
}

/** What is said of a release once it is public: to whom, by which kind. */
export interface AnnounceEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
}

/** A key of `trust.keys`; secrets are only names in it. */
export interface KeyEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
}

/** One way of signing files of the Release. */
export interface SignEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
  /** Words of `only` for what is signed. */
  readonly of: readonly string[];
  /** Name of a signature's file, over `artifact`; undefined: the kind's ending is added. */
  readonly as: Template | undefined;
  /** Left out where its key is not here. */
  readonly optional: boolean;
}

export interface TrustConfig {
  readonly keys: Readonly<Record<string, KeyEntry>>;
  readonly sign: readonly SignEntry[];
  readonly sboms: readonly SbomEntry[];
  readonly provenance: ProvenanceEntry | undefined;
  /** TUF metadata over all releases. */
  readonly root: TrustRootEntry | undefined;
}

export interface PublishEntry {
  readonly place: Place;
  readonly store: string;
  /** Artifact sections or names that go there: `archives`, `checksums`, `*.rb`; empty means all. */
  readonly only: readonly string[];
  /** What of that does not. */
  readonly except: readonly string[];
  /** Whether other places do not wait for it. */
  readonly optional: boolean;
  /** Whether snapshots go there when they are published. */
  readonly snapshots: boolean;
  readonly when: Template | undefined;
}

/** A value of `vars`: texts are templates over the release's other names. */
export type VarValue = Template | number | boolean | null | readonly VarValue[] | { readonly [name: string]: VarValue };

export interface Config {
  /** The file it was read from, as messages show it. */
  readonly file: string;
  /** Absolute path of the folder it lies in: the project's root. */
  readonly root: string;
  readonly project: ProjectConfig;
  readonly vars: Readonly<Record<string, VarValue>>;
  readonly env: Readonly<Record<string, Template>>;
  readonly version: VersionConfig;
  readonly gates: readonly Hook[];
  readonly cut: CutConfig;
  readonly before: readonly Hook[];
  readonly builds: readonly BuildEntry[];
  readonly source: readonly SourceEntry[];
  readonly archives: readonly ArchiveEntry[];
  readonly packages: readonly PackageEntry[];
  readonly images: readonly ImageEntry[];
  readonly charts: readonly ChartEntry[];
  readonly notes: NotesConfig | undefined;
  readonly release: ReleaseConfig;
  readonly trust: TrustConfig;
  readonly stores: Readonly<Record<string, StoreEntry>>;
  readonly publish: readonly PublishEntry[];
  readonly announce: readonly AnnounceEntry[];
  readonly ci: CiConfig;
}
