/** What every kind says of itself, and tables of kinds. */

/** What every kind says of itself, for the schema and the documentation. */
export interface KindWords {
  /** The key that names it in a config entry. */
  readonly kind: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** An entry that works, as YAML, for the reference. */
  readonly example: string;
}

/** Kinds by name. */
export type KindTable<T extends KindWords> = ReadonlyMap<string, T>;

/** A table from a list, in the list's order. */
export function kindTable<T extends KindWords>(kinds: readonly T[]): KindTable<T> {
  return new Map(kinds.map((kind) => [kind.kind, kind]));
}
