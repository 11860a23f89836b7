/** What an attack is, and how several variants of one are tried. */
import { problemsOf } from "../../model/problem.ts";
import type { Verdict } from "../../verify/verdict.ts";
import type { World } from "./world.ts";

export type AttackResult =
  /** Every variant was refused; `detail` says how. */
  | { readonly outcome: "refused"; readonly variants: number; readonly detail: string }
  /** One was not: which. */
  | { readonly outcome: "accepted"; readonly variants: number; readonly detail: string }
  | { readonly outcome: "not applicable"; readonly detail: string };

export interface Attack {
  /** As docs/attack.md counts them. */
  readonly number: number;
  readonly name: string;
  /** It mostly waits, so that others go on meanwhile. */
  readonly waits?: boolean;
  run(world: World): Promise<AttackResult>;
}

/** One way to carry it out: what is done, and the verdict about it; Problems that are thrown are refusals. */
export interface Variant {
  readonly what: string;
  readonly verdict: () => Promise<Verdict>;
}

export function notApplicable(detail: string): AttackResult {
  return { outcome: "not applicable", detail };
}

/** Tries all variants, up to the first that is accepted. */
export async function tryAll(variants: readonly Variant[]): Promise<AttackResult> {
  let how = "";
  for (const { what, verdict } of variants) {
    const refusal = await refusalOf(verdict);
    if (refusal === undefined) return { outcome: "accepted", variants: variants.length, detail: what };
    if (how === "") how = `${what}: ${refusal}`;
  }
  if (variants.length === 0) return notApplicable("nothing in this release can be attacked so");
  return { outcome: "refused", variants: variants.length, detail: how };
}

/** Why it was refused; undefined where it was verified. */
export async function refusalOf(verdict: () => Promise<Verdict>): Promise<string | undefined> {
  try {
    const { outcome, checks } = await verdict();
    if (outcome === "verified") return undefined;
    const found = checks.find((check) => check.outcome === "failed") ?? checks.find((check) => check.outcome !== "ok");
    return found === undefined ? outcome : `${found.subject}: ${found.detail}`;
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem !== undefined) return problem.message;
    // An error that is no Problem is a defect, and stops the command all the same: nothing was verified.
    return `it stopped: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
