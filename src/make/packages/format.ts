/** A package format: how a description, contents and scripts become a package's bytes. */
import type { ChangelogEntry, ContentFlag, ScriptName } from "../../model/package.ts";
import type { PackageKind } from "../../model/package-kind.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Signer } from "../../model/signer.ts";
import type { Made, MakeContext } from "../maker.ts";
import type { TreeEntry } from "../tree.ts";

/** One thing a package installs. Paths are relative to the root, without `./` or a leading slash, and have no final slash. */
export type PackageEntry = TreeEntry & {
  readonly flags: ReadonlySet<ContentFlag>;
  /** Its language, such as `de`; undefined: for everybody. */
  readonly lang?: string | undefined;
};

/** A package whose contents are gathered: all that is left is to write it. */
export interface ReadyPackage {
  /** File name of the package: what is to be made. */
  readonly fileName: string;
  /** What the kind's `decide` put into {@link PackageDraft.options}. */
  readonly options: JsonObject;
  /**
   * Sorted by path; no two of one path, none inside of a file or link. Only what the entry asked for: parent folders that nobody
   * listed are not among them (see `parents.ts`). A `ghost` is a file of no bytes that is not in the package, only owned by it.
   */
  readonly entries: readonly PackageEntry[];
  /** Whole scripts with `#!` line and final newline. */
  readonly scripts: Readonly<Partial<Record<ScriptName, string>>>;
  /** Newest first; empty: none. */
  readonly changelog: readonly ChangelogEntry[];
  /** The clock of the release, seconds since 1970. */
  readonly time: number;
  readonly signer: Signer | undefined;
}

export interface PackageFormat<Options = unknown> extends PackageKind<Options> {
  /** Raised when the same package gives other bytes, so that older cached packages are not taken. */
  readonly version: number;
  /** Writes the package into the scratch folder, reads it back, and gives the file; more than one where a signature stands beside it. */
  write(ready: ReadyPackage, context: MakeContext): Promise<readonly Made[]>;
}
