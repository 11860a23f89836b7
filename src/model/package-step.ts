/** Packages: what the Plan says of one to the maker that writes it. */
import type { JsonObject, Plain } from "./json.ts";
import type { ChangelogEntry, ScriptName } from "./package.ts";
import type { PlannedFile } from "./plan.ts";

/** What `packages` needs of the Step that makes one; `plan/` writes it, `make/packages/` reads it. */
export interface PackageStepOptions extends JsonObject {
  /** Everything that is installed, the programs of builds included. */
  readonly contents: readonly Plain<PlannedFile>[];
  readonly scripts: PlannedScripts;
  readonly changelog: readonly Plain<ChangelogEntry>[];
  /** Name of the key that signs, or empty. */
  readonly signer: string;
  /** Of that key's public half, so that another key makes another package. */
  readonly fingerprint: string;
  /** The kind's own: what its `decide` gave. */
  readonly package: JsonObject;
}

export type PlannedScripts = { readonly [Name in ScriptName]?: PlannedScript };

/** A script of the user's (or none) between what the format adds. */
export interface PlannedScript extends JsonObject {
  readonly before: string;
  /** Of source `glob` or `text`; null where the user has none. */
  readonly own: Plain<PlannedFile> | null;
  readonly after: string;
}
