/** What an accepted difference says of itself. */
import type { Format, NfpmConfig } from "../config.ts";
import type { Difference } from "../differences.ts";

/** One kind of difference. The texts are the cells of its row in the documentation. */
export interface Accepted {
  readonly formats: readonly Format[];
  /** What it is about. */
  readonly about: string;
  readonly nfpm: string;
  readonly slipway: string;
  /** Fields it may be in. */
  readonly field: RegExp;
  /** Whether the two values are such as the texts say. */
  holds(difference: Difference, config: NfpmConfig): boolean;
}
