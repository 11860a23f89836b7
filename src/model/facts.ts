/** Facts: what git, the clock of the commit, the machine and the environment say, gathered before anything is decided. */
import type { Commit } from "./commit.ts";
import type { JsonObject } from "./json.ts";
import type { ChangelogEntry } from "./package.ts";
import type { ChartFacts } from "./chart.ts";
import type { BaseFacts } from "./image.ts";
import type { Platform } from "./platform.ts";
import type { SourceFacts } from "./provenance.ts";
import type { KeyFacts } from "./signer.ts";

export interface GitFacts {
  readonly commit: string;
  readonly shortCommit: string;
  /** Empty on a detached HEAD. */
  readonly branch: string;
  /** The tag this is a release of, prefix and all; empty when there is none. */
  readonly tag: string;
  readonly previousTag: string;
  /** Subject and body of an annotated tag's message; of the commit's for a lightweight tag. */
  readonly tagSubject: string;
  readonly tagBody: string;
  /** Every tag at HEAD, sorted. */
  readonly tagsAtHead: readonly string[];
  /** Versions of all final tags, without prefix: a release is the latest where none of them is later. */
  readonly releasedVersions: readonly string[];
  /** `git describe --tags --always --dirty`-like; the release folder does not make a tree dirty. */
  readonly summary: string;
  /** Of the commit, in seconds since 1970. */
  readonly commitTime: number;
  readonly isDirty: boolean;
  /** The changed files of a dirty tree, for messages. */
  readonly dirtyFiles: readonly string[];
  readonly isShallow: boolean;
  /** URL of the remote, without credentials; empty when there is none. */
  readonly url: string;
  readonly firstCommit: string;
}

export interface VersionFacts {
  /** Without prefix: `1.2.3-rc.1`; of a snapshot, the rendered snapshot template. */
  readonly version: string;
  /** `major.minor.patch`. */
  readonly rawVersion: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
  readonly metadata: string;
}

export interface Facts {
  /** Absolute path of the folder the config lies in. */
  readonly root: string;
  readonly git: GitFacts;
  readonly version: VersionFacts;
  readonly isSnapshot: boolean;
  readonly isNightly: boolean;
  /** The clock of the release: SOURCE_DATE_EPOCH or the commit's time, in seconds since 1970. */
  readonly epoch: number;
  /** Only for `{{ env.NAME }}`. */
  readonly env: Readonly<Record<string, string>>;
  readonly host: Platform;
  /** What each entry's kind found out about the project and the machine (see `Builder.probe`), by entry name. */
  readonly probed: Readonly<Record<string, JsonObject>>;
  /** Since the previous tag, newest first; read only where notes are made of them. */
  readonly commits: readonly Commit[];
  /** Notes that the forge wrote itself. */
  readonly generatedNotes?: string | undefined;
  /** What packages' changelogs hold, newest first, by where they come from: `git`, `file:PATH`. Entries of git have no author. */
  readonly changelogs: Readonly<Record<string, readonly ChangelogEntry[]>>;
  /** Files of the project that packages and charts name and that are not there, though nothing would make them. */
  readonly absent: readonly string[];
  /** Charts by their folders, where they are there and nothing that runs first could change them. */
  readonly charts: Readonly<Record<string, ChartFacts>>;
  /** Base images by their references as written. */
  readonly bases: Readonly<Record<string, BaseFacts>>;
  /** The keys that something is signed with, by their names in `trust.keys`. */
  readonly keys: Readonly<Record<string, KeyFacts>>;
  /** Only where a provenance is written. */
  readonly source?: SourceFacts | undefined;
}
