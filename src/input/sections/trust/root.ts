/** `trust.root`: TUF metadata over all releases. */
import { z } from "../../../model/schema.ts";
import type { TrustRootEntry } from "../../../model/trust-root.ts";
import type { TrustPart } from "./part.ts";

export const root: TrustPart<TrustRootEntry | undefined> = {
  summary: "TUF metadata over all releases.",
  schema: () => z.never(),
  read: () => undefined,
};
