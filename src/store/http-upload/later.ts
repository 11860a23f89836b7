/** When what stands under fixed addresses stays: whatever was taken back from there is gone. */
import type { ReleaseAbout } from "../../model/about.ts";
import type { Leaving } from "../later.ts";

export function leavingAt(about: ReleaseAbout): Leaving {
  return { about, isWithdrawn: async () => false };
}
