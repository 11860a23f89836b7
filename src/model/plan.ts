/** The Plan: everything that will be made and where it will go, as data. */
import type { ExpectedArtifact } from "./artifact.ts";
import type { JsonObject } from "./json.ts";
import type { Selection } from "./only.ts";
import type { Place } from "./problem.ts";
import type { SourcePlan } from "./provenance.ts";
import type { ReleasePlan } from "./release-plan.ts";
import type { Text } from "./template.ts";

/** Config sections whose entries become Steps. */
export type Section =
  | "before"
  | "builds"
  | "source"
  | "archives"
  | "packages"
  | "images"
  | "charts"
  | "sboms"
  | "notes"
  | "files";

/** What is said of a Step while it runs. */
export type StepName = Pick<Step, "id" | "section" | "kind" | "title">;

/** A Step as the Plan holds it: what the operator's environment says is filled in only when it runs, and stored nowhere. */
export type PlannedStep = Omit<Step, "env"> & { readonly env: Readonly<Record<string, Text>> };

/** One unit of work. Its key is the digest of all that can change its result. */
export interface Step {
  /** Unique in the Plan and stable between runs: `build/engram/linux/amd64`. */
  readonly id: string;
  readonly section: Section;
  /** Which maker of the section's table carries it out. */
  readonly kind: string;
  /** What people read while it runs. */
  readonly title: string;
  /** Steps whose artifacts it reads, or that must have run before. */
  readonly needs: readonly string[];
  /** The kind's own, rendered: plain data, and part of the key. */
  readonly options: JsonObject;
  /** Given to every command it runs, over the operator's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: readonly ExpectedArtifact[];
  /** It may make more than `outputs`: a glob over the user's tree is resolved when it runs. */
  readonly open?: boolean | undefined;
  /** The user's commands around it. A Step with hooks always runs: what they read cannot be known. */
  readonly hooks?: { readonly pre: readonly PlannedHook[]; readonly post: readonly PlannedHook[] } | undefined;
  /** Folder that `slipway build` puts its outputs in, relative to the root; left out: one beside the releases. Not part of the key. */
  readonly to?: string | undefined;
  /** The entry it came from. Not part of the key. */
  readonly place?: Place | undefined;
}

/** A command of the user's, rendered but for late values such as `{{ artifact.path }}`. */
export interface PlannedHook {
  /** Either one text that is split into words, or the words. */
  readonly run: Text | readonly Text[];
  /** Relative to the root. */
  readonly dir: string;
  readonly env: Readonly<Record<string, Text>>;
  readonly place?: Place | undefined;
}

/** One file entry of an archive, package or image, rendered; globs are resolved when the Step runs. */
export interface PlannedFile {
  readonly source: "glob" | "artifact" | "text" | "link" | "dir";
  /** The glob, the artifact's step id, the text, the link's target; empty for a dir. */
  readonly from: string;
  /** Which output of the step, for `artifact`. */
  readonly output?: string | undefined;
  /** Where it goes; empty: where it lies in the project. */
  readonly to: string;
  readonly type?: string | undefined;
  readonly mode?: number | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  /** Seconds since 1970. */
  readonly mtime?: number | undefined;
  readonly lang?: string | undefined;
  readonly strip?: boolean | number | undefined;
  /** Template values for a file or text that is rendered through the templates when the Step runs; absent: it is taken as it is. */
  readonly render?: JsonObject | undefined;
  readonly optional?: boolean | undefined;
  readonly place?: Place | undefined;
}

/** One place the Release goes to; the order in the Plan is the order in which names move. */
export interface PublishPlan {
  /** Name in `stores`. */
  readonly store: string;
  readonly kind: string;
  readonly options: JsonObject;
  /** What goes there; empty means all. */
  readonly only: Selection;
  /** What of that does not. */
  readonly except: Selection;
  /** Whether other places do not wait for it. */
  readonly optional: boolean;
  /** Whether snapshots go there when they are published. */
  readonly snapshots?: boolean | undefined;
  readonly place?: Place | undefined;
  /** Why this Release does not go there unless somebody names it; left out: it does. */
  readonly why?: string | undefined;
}

/** A place that this Release does not go to by itself; whoever names it gets it there. */
export interface LeftOut extends PublishPlan {
  readonly why: string;
}

/** One thing that is said of the Release once it is public. */
export interface AnnouncePlan {
  /** Unique in the list. */
  readonly name: string;
  readonly kind: string;
  readonly options: JsonObject;
  /** For its templates, over the operator's. */
  readonly env: Readonly<Record<string, Text>>;
  readonly place?: Place | undefined;
}

export interface Skipped {
  /** What was skipped: `archives[1]`, `builds engram`. */
  readonly what: string;
  readonly why: string;
}

export interface Plan {
  /** Version of this shape. */
  readonly slipway: 1;
  /** Version of the program that decided; another one decides anew. */
  readonly by: string;
  readonly project: string;
  readonly version: string;
  readonly tag: string;
  readonly previousTag: string;
  readonly commit: string;
  readonly commitTime: number;
  /** The clock of the release, seconds since 1970. */
  readonly epoch: number;
  readonly isSnapshot: boolean;
  readonly isNightly: boolean;
  readonly isPrerelease: boolean;
  readonly isDirty: boolean;
  /** Where it comes from; there where the Release has a provenance. */
  readonly source?: SourcePlan | undefined;
  readonly steps: readonly PlannedStep[];
  readonly release: ReleasePlan;
  readonly publish: readonly PublishPlan[];
  /** Left out where there is none. */
  readonly leftOut?: readonly LeftOut[] | undefined;
  readonly announce: readonly AnnouncePlan[];
  readonly skipped: readonly Skipped[];
}
