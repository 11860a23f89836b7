/** What a rebuild found: for each artifact whether it came out the same, and the verdict that follows. */

/**
 * `identical`: the same bytes. `equivalent`: the same bytes once named additions are taken off. `different`: other bytes.
 * `inconclusive`: it could not be decided, which is none of the others.
 */
export type RebuiltOutcome = "identical" | "equivalent" | "different" | "inconclusive";

export interface RebuiltArtifact {
  readonly name: string;
  readonly outcome: RebuiltOutcome;
  /** What was taken off on both sides; empty unless `equivalent`. */
  readonly strippers: readonly string[];
  /** One line for people: the first difference, or why nothing can be said. Empty where there is nothing to say. */
  readonly detail: string;
}

export interface RebuildReport {
  readonly outcome: RebuiltOutcome;
  readonly commit: string;
  readonly tree: string;
  /** How the rebuild differed from the release: `path: /tmp/x`, `time zone: Asia/Tokyo`. */
  readonly varied: readonly string[];
  /** What people should know before they believe it: what could not be varied, what was not there. */
  readonly notes: readonly string[];
  readonly artifacts: readonly RebuiltArtifact[];
}

/** Worst first. */
const order: readonly RebuiltOutcome[] = ["different", "inconclusive", "equivalent", "identical"];

/** The worst of several; nothing at all decides nothing. */
export function worst(outcomes: readonly RebuiltOutcome[]): RebuiltOutcome {
  return order.find((outcome) => outcomes.includes(outcome)) ?? "inconclusive";
}

/** 0 the same, also where additions were taken off; 1 different; 2 undecided. */
export const rebuildExitCodes: Readonly<Record<RebuiltOutcome, 0 | 1 | 2>> = {
  identical: 0,
  equivalent: 0,
  different: 1,
  inconclusive: 2,
};

/** Nothing could be rebuilt, and why. */
export function inconclusive(
  why: string,
  { commit, tree }: { readonly commit: string; readonly tree: string },
  more: Partial<Pick<RebuildReport, "varied" | "notes">> = {},
): RebuildReport {
  const { varied = [], notes = [] } = more;
  return { outcome: "inconclusive", commit, tree, varied, notes: [...notes, why], artifacts: [] };
}
