/** What the reference of the config language says, as data: `scripts/docs.ts` makes pages of it. */
import type { JsonObject } from "../../model/json.ts";
import type { ReadableKinds } from "../sections/section.ts";
import { sections } from "../sections/table.ts";
import { filters, liquidFilters } from "../template/filters/table.ts";
import { lateNames } from "../template/names/late.ts";
import { archiveNames, buildNames, packageNames, storeNames, targetNames } from "../template/names/sections.ts";
import { releaseNames } from "../template/names/release.ts";
import type { Name } from "../template/names/name.ts";
import { translate } from "./json-schema.ts";

export interface SectionReference {
  readonly key: string;
  readonly summary: string;
  /** As YAML. */
  readonly example: string;
  /** What may stand there; of a section with kinds, what all its entries may have. */
  readonly schema: JsonObject;
  readonly kinds: readonly KindReference[];
}

export interface KindReference {
  readonly kind: string;
  readonly summary: string;
  readonly example: string;
  readonly primary: string;
  readonly schema: JsonObject;
}

export interface FilterReference {
  readonly name: string;
  readonly summary: string;
  readonly example: readonly [expression: string, result: string] | undefined;
}

export interface ConfigReference {
  readonly sections: readonly SectionReference[];
  readonly formats: readonly { readonly format: string; readonly summary: string; readonly extension: string }[];
  /** Names by where they are known. */
  readonly names: Readonly<
    Record<"release" | "target" | "build" | "archive" | "package" | "store" | "late", readonly Name[]>
  >;
  readonly filters: readonly FilterReference[];
  /** Names of Liquid's own that are kept. */
  readonly liquidFilters: readonly string[];
}

export function configReference(kinds: ReadableKinds): ConfigReference {
  return {
    sections: Object.values(sections).map(({ key, summary, example, schema, entries }) => ({
      key,
      summary,
      example,
      schema: translate(entries === undefined ? schema(kinds) : entries.common),
      kinds: (entries?.kinds(kinds) ?? []).map((kind) => ({
        kind: kind.kind,
        summary: kind.summary,
        example: kind.example,
        primary: kind.primary,
        schema: translate(kind.schema),
      })),
    })),
    formats: [...kinds.archives.values()].map(({ kind, summary, extension }) => ({ format: kind, summary, extension })),
    names: {
      release: releaseNames,
      target: targetNames,
      build: buildNames,
      archive: archiveNames,
      package: packageNames,
      store: storeNames,
      late: lateNames,
    },
    filters: filters.map(({ name, summary, example }) => ({ name, summary, example })),
    liquidFilters,
  };
}
