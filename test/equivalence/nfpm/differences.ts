/** What two packages of one description differ in, field by field. */

/** What can be read of a package, by names such as `control Depends` and `file /usr/bin/tool mode`. */
export type PackageFacts = ReadonlyMap<string, string>;

export interface Difference {
  readonly field: string;
  /** Undefined where it has no such field. */
  readonly nfpm: string | undefined;
  readonly slipway: string | undefined;
}

export function differences(nfpm: PackageFacts, slipway: PackageFacts): readonly Difference[] {
  const fields = [...new Set([...nfpm.keys(), ...slipway.keys()])].toSorted();
  return fields
    .map((field) => ({ field, nfpm: nfpm.get(field), slipway: slipway.get(field) }))
    .filter((difference) => difference.nfpm !== difference.slipway);
}
