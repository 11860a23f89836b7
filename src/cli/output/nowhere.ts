/** Why a Release goes nowhere, in the words of the config. */
import type { Plan } from "../../model/plan.ts";

/** Of a Plan that names no place. */
export function whyNowhere(plan: Pick<Plan, "skipped"> | undefined): string {
  const isLeftOut = plan?.skipped.some(({ what }) => what.startsWith("publish[")) === true;
  return isLeftOut ? "`when` leaves out every store under `publish`" : "the config names no store under `publish`";
}
