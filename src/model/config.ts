/** The Config after reading: every value checked, every template compiled, every entry knowing its place. */
import type { ArchiveEntry } from "./config/archives.ts";
import type { BuildEntry } from "./config/builds.ts";
import type { ChartEntry } from "./config/charts.ts";
import type { CiConfig } from "./config/ci.ts";
import type { CutConfig } from "./config/cut.ts";
import type { Hook } from "./config/hooks.ts";
import type { ImageEntry } from "./config/images.ts";
import type { NotesConfig } from "./config/notes.ts";
import type { PackageEntry } from "./config/packages.ts";
import type { ProjectConfig } from "./config/project.ts";
import type { AnnounceEntry, PublishEntry, StoreEntry } from "./config/publish.ts";
import type { ReleaseConfig } from "./config/release.ts";
import type { SourceEntry } from "./config/source.ts";
import type { TrustConfig } from "./config/trust.ts";
import type { VarValue } from "./config/vars.ts";
import type { VersionConfig } from "./config/version.ts";
import type { Template } from "./template.ts";

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
