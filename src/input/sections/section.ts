/** A top-level word of the config: how it is checked, and what the reference says of it. */
import type {
  AnnounceKind,
  ArchiveKind,
  BuildKind,
  KeyKind,
  KindTable,
  KindWords,
  StoreKind,
} from "../../model/kind.ts";
import type { PackageKind } from "../../model/package-kind.ts";
import type { SbomKind } from "../../model/sbom.ts";
import type { SignatureKind } from "../../model/signature.ts";
import type { z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import type { Place } from "../../model/problem.ts";
import type { PendingTemplate } from "../../model/schema.ts";
import type { Reading } from "../check/check.ts";
import { compileIn } from "../template/compile.ts";
import type { Names } from "../template/names.ts";
import { originAt } from "../template/origin.ts";
import type { Tree } from "../yaml/tree.ts";

/** The kinds that may stand in entries. */
export interface ReadableKinds {
  readonly builders: KindTable<BuildKind>;
  readonly archives: KindTable<ArchiveKind>;
  readonly packages: KindTable<PackageKind>;
  readonly keys: KindTable<KeyKind>;
  readonly signatures: KindTable<SignatureKind>;
  readonly sboms: KindTable<SbomKind>;
  readonly stores: KindTable<StoreKind>;
  readonly announcements: KindTable<AnnounceKind>;
}

/** What a section is read with. */
export interface SectionContext extends Reading {
  readonly kinds: ReadableKinds;
  /** Keys of the file's `vars`. */
  readonly vars: readonly string[];
  /** Where defaults stand: the beginning of the file. */
  readonly place: Place;
}

export interface Section<T> {
  readonly key: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** An example for the reference, as YAML. */
  readonly example: string;
  /** What may stand there, for the JSON Schema and the reference. */
  schema(kinds: ReadableKinds): z.ZodType;
  /** Of a section whose entries have kinds: the keys all entries may have, and the kinds. */
  readonly entries?: {
    readonly common: z.ZodType;
    kinds(kinds: ReadableKinds): readonly (KindWords & { readonly primary: string; readonly schema: z.ZodType })[];
  };
  /** `tree` is undefined where the file leaves the word out; what does not fit is noted and stands for its default. */
  read(tree: Tree | undefined, context: SectionContext): T;
}

/** A template that stands in no file: a section's default. */
export function defaultTemplate(source: string, names: Names, context: SectionContext): Template {
  return compileIn(source, originAt(context.place), { names, late: [] }, context.engine);
}

/** The default of a template that may hold late names. */
export function defaultLate(pending: PendingTemplate, names: Names, context: SectionContext): Template {
  return compileIn(pending.source, originAt(context.place), { names, late: pending.lateNames }, context.engine);
}
