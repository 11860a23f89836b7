/** What every entry of a list may have: a name, a condition, targets, and what selects earlier entries. */
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

/** What every list entry may have (rule 2 of the config language). */
export interface Entry {
  readonly place: Place;
  /** `builds[0]`, `stores.site`: how messages name it. */
  readonly path: string;
  readonly name: Template | undefined;
  /** False skips the entry, with its text as the reason. */
  readonly when: Template | undefined;
  readonly env: Readonly<Record<string, Template>>;
  /** Targets in `builds`; patterns that narrow elsewhere. Undefined: the kind's default, or everything. */
  readonly for: readonly TargetPattern[] | undefined;
}

export interface TargetPattern {
  /** One target or pattern, braces already multiplied out, without the leading `!`. */
  readonly pattern: string;
  /** Takes away what earlier ones gave. */
  readonly without: boolean;
  readonly place: Place;
}

/** `build:engram`, `archive:*`, `engram`: which earlier entries go in (rule 3). */
export interface Selector {
  /** `build`, `archive`, `package`, ...; undefined: the section's usual. */
  readonly section: string | undefined;
  /** Name or glob over names. */
  readonly name: string;
  readonly place: Place;
}
