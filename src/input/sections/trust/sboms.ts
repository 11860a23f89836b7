/** `trust.sbom`: lists of what artifacts were made from. */
import { z } from "../../../model/schema.ts";
import type { SbomEntry } from "../../../model/sbom.ts";
import type { TrustPart } from "./part.ts";

export const sboms: TrustPart<readonly SbomEntry[]> = {
  summary: "Lists of what artifacts were made from (SBOMs).",
  schema: () => z.array(z.never()),
  read: () => [],
};
