/** The `notes` of the config: which changes are told, and how. */
import type { Entry } from "./entry.ts";
import type { Place } from "../problem.ts";
import type { SecretName } from "../schema.ts";
import type { Template } from "../template.ts";

export interface NotesConfig extends Entry {
  /** `commits`, `merges`, `github`, `gitea`, `gitlab`, `file:PATH` or `changelog:PATH`. */
  readonly from: string;
  /** File name in the Release. */
  readonly file: Template;
  readonly groups: readonly {
    readonly title: string;
    readonly match: string;
    /** Labels of pull requests. */
    readonly label: readonly string[];
    readonly place: Place;
  }[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Labels of pull requests that are not told. */
  readonly excludeLabels: readonly string[];
  /** Only what touches one of these: pathspecs. */
  readonly paths: readonly string[];
  readonly sort: "asc" | "desc" | "none";
  readonly header: Template | undefined;
  readonly footer: Template | undefined;
  /** Path of a template file that is given `changelog`, `groups` and `commits`. */
  readonly template: Template | undefined;
  /** Characters of commit ids that are shown; 0 for none. */
  readonly abbrev: number;
  /** Whether commits and pull requests are shown as links. */
  readonly links: boolean;
  /** Whether each entry names who wrote it. */
  readonly authors: boolean;
  /** How an entry is written; waits for `change`. */
  readonly entry: Template | undefined;
  /** Whether the forge writes the notes itself. */
  readonly generated: boolean;
  readonly forge: NotesForge;
}

/** Where pull requests are asked for; what is left out follows from the store of the same kind, or the remote. */
export interface NotesForge {
  readonly repository: Template | undefined;
  readonly endpoint: Template | undefined;
  readonly token: SecretName | undefined;
}
