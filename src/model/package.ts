/** The words and parts of packages for package managers: relations, scripts, flags, versions, services. */

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

/** Scripts a package may carry. A format has those it names in `PackageKind.scripts`. */
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
