/** SBOMs: what the config says of the lists of what artifacts were made from, and kinds of such lists. */
import type { JsonObject } from "./json.ts";
import type { KindWords } from "./kind-words.ts";
import type { Place } from "./problem.ts";
import type { z } from "./schema.ts";
import type { Scope, Template } from "./template.ts";

/** One entry of `trust.sbom`. */
export interface SbomEntry {
  readonly place: Place;
  readonly path: string;
  readonly name: Template | undefined;
  readonly when: Template | undefined;
  readonly env: Readonly<Record<string, Template>>;
  readonly kind: string;
  readonly options: unknown;
  /** `release`: one for the whole Release; words of `only`: one for each artifact of these. */
  readonly of: readonly string[];
}

/** The deciding half of a kind; `make/sboms/` adds the making half. */
export interface SbomKind<Options = unknown> extends KindWords {
  readonly primary: string;
  readonly schema: z.ZodType<Options>;
  /** Pure. */
  decide(options: Options, scope: Scope): SbomDraft;
}

export interface SbomDraft {
  /** What the document is, in its attributes. */
  readonly attributes: JsonObject;
  /** Name of a document, over `artifact` for those of an artifact; undefined: the usual one. */
  readonly as: Template | undefined;
  /** The usual name of the Release's document; empty where it writes none of the whole Release. */
  readonly ofRelease: string;
  /** What the usual name adds to an artifact's. */
  readonly suffix: string;
  /** Rendered, and all the maker needs besides what the Plan knows. */
  readonly options: JsonObject;
}

/** What `sboms` needs of every Step that makes a document; `plan/` writes it, `make/sboms/` reads it. */
export interface SbomStepOptions extends JsonObject {
  /** Name of the artifact it describes; empty: the whole Release. */
  readonly of: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly product: SbomProduct;
  /** Programs in artifacts that do not say what they contain, by the artifact's name. */
  readonly programs: Readonly<Record<string, readonly { readonly step: string; readonly output: string }[]>>;
  /** By the id of a Step that makes programs: where its lock files are looked for, and by which names. */
  readonly locks: Readonly<Record<string, LockFiles>>;
  /** The kind's own. */
  readonly own: JsonObject;
}

/** File names, of which the first that is in `folder` or, failing that, in a folder above it is taken. */
export interface LockFiles extends JsonObject {
  readonly folder: string;
  readonly names: readonly string[];
}

/** What is released; empty texts where the config does not say it. */
export interface SbomProduct extends JsonObject {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly homepage: string;
  readonly supplier: string;
}
