/** Packages for package managers: what a package format declares and decides, and what the Plan tells its maker. */
import type { z } from "zod";
import type { JsonObject } from "./json.ts";
import type { KindWords } from "./kind-words.ts";
import type { Platform } from "./platform.ts";
import type { PlannedFile } from "./plan.ts";
import type { Place } from "./problem.ts";
import type { Relation } from "./relation.ts";
import type { Scope } from "./template.ts";

/** What packages may ask of or say to others. */
export const relationNames = [
  "depends",
  "predepends",
  "recommends",
  "suggests",
  "conflicts",
  "replaces",
  "provides",
  "breaks",
] as const;

export type RelationName = (typeof relationNames)[number];

/** Scripts a package may carry. A format has those it names in {@link PackageKind.scripts}. */
export const scriptNames = [
  "preinstall",
  "postinstall",
  "preremove",
  "postremove",
  "preupgrade",
  "postupgrade",
  "pretrans",
  "posttrans",
  "verify",
  "rules",
  "templates",
  "config",
] as const;

export type ScriptName = (typeof scriptNames)[number];

/** What a file is to the package manager; several may hold: `config|noreplace`. */
export const contentFlags = ["config", "noreplace", "missingok", "ghost", "doc", "license", "readme", "tree"] as const;

export type ContentFlag = (typeof contentFlags)[number];

/** Splits `config|noreplace`; undefined where a word is no flag. `licence` is `license`; `file`, `dir` and `symlink` say nothing. */
export function readContentFlags(type: string | undefined): ReadonlySet<ContentFlag> | undefined {
  const words = (type ?? "").split("|").map((word) => word.trim());
  const flags = new Set<ContentFlag>();
  for (const word of words) {
    const flag = word === "licence" ? "license" : word;
    if (["", "file", "dir", "symlink"].includes(flag)) continue;
    if (!isContentFlag(flag)) return undefined;
    flags.add(flag);
  }
  return flags;
}

function isContentFlag(word: string): word is ContentFlag {
  return (contentFlags as readonly string[]).includes(word);
}

/** A version taken apart, for formats to put together in their own way. */
export interface PackageVersion {
  /** As the release has it: `1.2.3-rc.1+meta`. */
  readonly text: string;
  /** `1.2.3` */
  readonly base: string;
  /** `rc.1`; of a snapshot `SNAPSHOT-abc1234`. Empty for none. */
  readonly prerelease: string;
  /** Behind the plus; empty for none. */
  readonly metadata: string;
  readonly epoch: number | undefined;
  /** The package's own revision; undefined where nobody said. */
  readonly release: string | undefined;
  /** A snapshot's or nightly's version need not be a sensible one: formats make of it what they can, without complaint. */
  readonly isMade: boolean;
}

/** One version's entry in a changelog. */
export interface ChangelogEntry {
  /** As the release has it. */
  readonly version: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** `Name <mail>` */
  readonly author: string;
  /** One line each; at least one. */
  readonly changes: readonly string[];
}

/** A service that the package brings, for the scripts that take care of it. */
export interface Service {
  /** Unit names with suffix: `engram.service`. At least one. */
  readonly units: readonly string[];
  /** The system user it runs as, created before files are unpacked; empty: none is created. */
  readonly user: string;
  /** Its group; the user's own by default. */
  readonly group: string;
  /** The user's home. */
  readonly home: string;
  /** What the user's record says it is for. */
  readonly about: string;
  /** Whether the service is enabled when it is first installed. */
  readonly enable: boolean;
  /** Whether it is started when it is first installed. */
  readonly start: boolean;
  /** Whether it is restarted by an upgrade where it runs. */
  readonly restart: boolean;
  /** Folders of its data that a purge takes away, where the format has one. */
  readonly data: readonly string[];
}

/** Shell text for a script, before and after what the user wrote. POSIX sh, no shebang, each ending with a newline. */
export interface ScriptFrame {
  readonly before?: string;
  readonly after?: string;
}

/** What a format adds for a service. */
export type ServiceScripts = Readonly<Partial<Record<ScriptName, ScriptFrame>>>;

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
