/** Strings with holes: what `input/` hands over compiled and everybody else only renders. */
import type { Place } from "./problem.ts";

/** Names a template may use, with their values. Nested records are reached with dots. */
export type Scope = { readonly [name: string]: unknown };

export interface Template {
  readonly source: string;
  readonly place: Place | undefined;
  /** Whether it is plain text, the same in every scope. */
  readonly constant: boolean;
  /** The late values it uses (`artifact.sha256`, `release.url`): known only once something is made. */
  readonly late: readonly string[];
  /** Pure. Throws a Problem with code `template.unknown` at its place for a name that the scope does not have. */
  render(scope: Scope): string;
}

/** A value that may differ by target; see `valueFor` in byTarget.ts. */
export interface ByTarget<T> {
  readonly default: T | undefined;
  readonly exact: readonly { readonly pattern: string; readonly value: T }[];
}
