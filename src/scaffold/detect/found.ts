/** What a look at a project gives: its programs, and what its manifests say of it. */

/** One program that can be built. */
export interface Program {
  /** The builder's key in `builds`. */
  readonly kind: string;
  readonly name: string;
  /** The value under the builder's key. */
  readonly main: string;
  /** Folder the tool runs in, relative to the project; `.` for the project itself. */
  readonly dir: string;
  /** The file that says there is such a program, relative to the project. */
  readonly because: string;
  /** Further keys of the entry, in the order they are written. */
  readonly options: Readonly<Record<string, string>>;
  /** What the person should know, one line each. */
  readonly remarks: readonly string[];
}

/** What a manifest says of the project as a whole. */
export interface About {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly homepage?: string | undefined;
  /** SPDX expression. */
  readonly license?: string | undefined;
}

export interface Found {
  readonly programs: readonly Program[];
  readonly about: About;
}

/** How one language is recognised. */
export interface Language {
  /** Whether a folder with these names in it may hold the language. */
  recognises(names: ReadonlySet<string>): boolean;
  /** Looks closer at one folder, relative to the project. */
  find(tree: Tree, dir: string): Promise<Found>;
}

/** The project's files, read only. Paths are relative to the project, `/` separated. */
export interface Tree {
  /** Text of a file, or undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted, folders with a slash at their end; empty where there is none. */
  list(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
}

/** Joins without a leading `./`. */
export function under(dir: string, path: string): string {
  return dir === "." ? path : `${dir}/${path}`;
}

/** A string that says something, or undefined. */
export function said(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
