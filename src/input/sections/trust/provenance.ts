/** `trust.provenance`: the statement how, where and from which sources everything was made. */
import type { ProvenanceEntry } from "../../../model/provenance.ts";
import { z } from "../../../model/schema.ts";
import type { TrustPart } from "./part.ts";

export const provenance: TrustPart<ProvenanceEntry | undefined> = {
  summary: "How, where and from which sources everything was made.",
  schema: () => z.never(),
  read: () => undefined,
};
