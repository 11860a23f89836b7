/** What a package format declares, is asked and decides. */
import type { z } from "zod";

import type { JsonObject } from "./json.ts";
import type { KindWords } from "./kind-words.ts";
import type {
  ChangelogEntry,
  ContentFlag,
  PackageVersion,
  RelationName,
  ScriptName,
  Service,
  ServiceScripts,
} from "./package.ts";
import type { PlannedFile } from "./plan.ts";
import type { Platform } from "./platform.ts";
import type { Place } from "./problem.ts";
import type { Relation } from "./relation.ts";
import type { Scope } from "./template.ts";

/** The deciding half of a package format; `make/packages/` adds the making half. */
export interface PackageKind<Options = unknown> extends KindWords {
  /** With its dot: `.deb`. */
  readonly extension: string;
  /** Options that stand under the format's own key in an entry, besides those all formats share. */
  readonly schema: z.ZodObject;
  /** Scripts it can carry. */
  readonly scripts: readonly ScriptName[];
  /** Flags of contents that change anything here; the others are ignored. */
  readonly flags: readonly ContentFlag[];
  /** How keys sign it; undefined: it cannot be signed inside or beside itself. */
  readonly signedBy: "openpgp" | "rsa" | undefined;
  /** Its name for an architecture; undefined where it has none for that system and architecture. Without a platform: for all. */
  arch(platform: Platform | undefined): string | undefined;
  /**
   * Names and fields, checked by every rule the package manager would refuse on. Pure. Throws Problems with code
   * `version.invalid` or `plan.invalid`, each with the best place known.
   */
  decide(request: PackageRequest<Options>): PackageDraft;
  /**
   * Where a reader of the package finds what is installed at a path, both without a leading slash; undefined where it does not see
   * it. Left out: at that path.
   */
  locate?(path: string): string | undefined;
  /** Scripts that create the user, enable, start, restart and stop the service by the distribution's own conventions. */
  service(service: Service): ServiceScripts;
}

/** A package's description, rendered and merged for one format and platform. Texts are empty where nobody wrote them. */
export interface PackageRequest<Options = unknown> {
  /** The format's own options as its schema returned them. */
  readonly options: Options;
  /** For templates in `options`. */
  readonly scope: Scope;
  /** Undefined: for every architecture. */
  readonly platform: Platform | undefined;
  /** The word for the architecture that the entry wants instead of {@link PackageKind.arch}'s. */
  readonly arch: string | undefined;
  readonly name: string;
  readonly version: PackageVersion;
  /** The clock of the release, seconds since 1970. */
  readonly time: number;
  readonly maintainer: string;
  readonly vendor: string;
  readonly homepage: string;
  readonly license: string;
  /** One line. */
  readonly summary: string;
  /** Several lines, perhaps; without the summary. */
  readonly description: string;
  readonly section: string;
  readonly priority: string;
  readonly relations: Readonly<Record<RelationName, readonly Relation[]>>;
  /** Literal destinations with their flags, absolute: what is known of the contents before globs are resolved. */
  readonly contents: readonly PlannedFile[];
  /** Scripts that the package will carry. */
  readonly scripts: ReadonlySet<ScriptName>;
  readonly changelog: readonly ChangelogEntry[];
  /** Whether a key signs it. */
  readonly signed: boolean;
  readonly place: Place;
}

export interface PackageDraft {
  /** File name by the format's convention: `engram_1.0.0_amd64.deb`. */
  readonly fileName: string;
  /** Its extension where the options decide it; left out: {@link PackageKind.extension}. */
  readonly extension?: string;
  /** The whole version as the package manager prints it: `1:1.0.0~rc.1-2`. */
  readonly version: string;
  /** As {@link PackageKind.arch} calls it. */
  readonly arch: string;
  /** What stands beside the package, by what its file name adds to the package's: `.sig`. */
  readonly besides?: readonly string[];
  /** All that the maker needs besides contents, scripts and changelog: control fields, tags. Plain data. */
  readonly options: JsonObject;
}
