/** What a registry of packages can do: those of npm, PyPI and crates.io each in their own words. */
import type { Artifact, Digest } from "../../model/artifact.ts";
import type { Receipt, Withdrawal } from "../../model/store.ts";

/** A package that is to be published, as it lies on this machine. */
export interface PackageFile {
  readonly artifact: Artifact;
  readonly path: string;
  /** Its bytes from the beginning, verified. */
  open(): AsyncIterable<Uint8Array>;
}

export interface PackageName {
  readonly name: string;
  readonly version: string;
}

/** What a package says of itself. */
export interface PackageSelf extends PackageName {
  /** Names of packages it needs: those of the same Release are published before it. */
  readonly needs: readonly string[];
}

/** A file as the registry shows it to everybody. */
export interface FoundPackage {
  readonly digest: Digest;
  /** Bytes; undefined where the registry does not say. */
  readonly size: number | undefined;
  /** Whether it is yanked or deprecated. */
  readonly isWithdrawn: boolean;
  open(): AsyncIterable<Uint8Array>;
}

export interface PackageRegistry<Self extends PackageSelf> {
  /** For people: `npm registry.npmjs.org`. */
  readonly where: string;
  /** What the file says of itself, or why it is no package of this kind. Fails with `format.invalid` and `plan.invalid`. */
  read(file: PackageFile): Promise<Self | { readonly unfit: string }>;
  /** What an artifact is called, told by its name alone; undefined where its name does not tell. */
  guess(artifact: Pick<Artifact, "name" | "attributes">): PackageName | undefined;
  /** The version, where it is there. `artifact` is what should be there: registries that say other digests than ours are compared by theirs. */
  find(name: PackageName, artifact: Artifact): Promise<FoundPackage | undefined>;
  /**
   * `exists`: there is such a version, and it was not replaced. Fails with `store.unreachable` where nobody knows whether it was
   * published, and with anything else where it was not.
   */
  send(self: Self, file: PackageFile): Promise<"sent" | "exists">;
  /** Where people see it; all of it without a name. */
  page(name?: PackageName): string | undefined;
  /** Moves what names the newest. */
  advance?(name: PackageName, artifact: Artifact): Promise<readonly Receipt[]>;
  /** What is there and ours is taken back, as far as that goes. */
  withdraw(name: PackageName, artifact: Artifact, withdrawal: Withdrawal): Promise<readonly Receipt[]>;
}
