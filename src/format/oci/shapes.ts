/** Pieces that the schemas of several of an image's documents are made of. */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";

export const shapes = {
  digest: z.custom<Digest>(
    (value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value),
    "expected sha256: and 64 lower-case hex digits",
  ),
  size: z.int().nonnegative(),
  texts: z.record(z.string(), z.string()),
} as const;
