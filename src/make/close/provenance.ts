/** Adds the provenance to a Release that is closed. */
import { Problem } from "../../model/problem.ts";
import type { Listing } from "../listing.ts";
import { provenanceOf } from "../provenance.ts";
import { type Closing, keepText } from "./closing.ts";

/** The statement about all that was made before it, or nothing where the Plan wants none. */
export async function provenanceOfRelease(
  { plan, cache, evidence, algorithms }: Closing,
  listings: readonly Listing[],
): Promise<readonly Listing[]> {
  const name = plan.release.provenance;
  if (name === "") return [];
  if (plan.source === undefined)
    throw new Problem("plan.invalid", `the plan has a provenance, ${name}, and does not say what it is made from`);
  if (evidence === undefined) throw new Error("a Release with a provenance is closed without what the run left behind");
  const text = provenanceOf(plan, evidence, listings);
  return [await keepText(cache, name, "provenance", text, listings, { algorithms, attributes: { format: "slsa" } })];
}
