/** What packages of one description may differ in: where nfpm is wrong, or both are right. docs/packages/nfpm.md has the same table. */
import type { Difference } from "./differences.ts";
import type { Format, NfpmConfig } from "./config.ts";
import { archDifferences } from "./accepted/arch.ts";
import type { Accepted } from "./accepted/entry.ts";
import { apkDifferences } from "./accepted/apk.ts";
import { debianDifferences } from "./accepted/debian.ts";
import { rpmDifferences } from "./accepted/rpm.ts";

export const accepted: readonly Accepted[] = [
  ...debianDifferences,
  ...rpmDifferences,
  ...apkDifferences,
  ...archDifferences,
];

/** The entry that accepts a difference. */
export function acceptedAs(format: Format, difference: Difference, config: NfpmConfig): Accepted | undefined {
  return accepted.find(
    (entry) => entry.formats.includes(format) && entry.field.test(difference.field) && entry.holds(difference, config),
  );
}
