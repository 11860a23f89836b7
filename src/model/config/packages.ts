/** The `packages` of the config: their texts, scripts and services. */
import type { ArchiveEntry } from "./archives.ts";
import type { Entry, Selector } from "./entry.ts";
import type { FileEntry } from "./files.ts";
import type { RelationName, ScriptName } from "../package.ts";
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

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
