/** The shape of `sign`: which key signs what an entry makes. */
import type { PackageText } from "../../model/config/packages.ts";
import { choose, isMap, unplaced, z } from "../../model/schema.ts";

const map = z.strictObject({ key: z.string(), optional: z.boolean().optional() });

export const sign = choose<NonNullable<PackageText["sign"]>>(
  "Name of the key in `trust.keys` that signs the package, or a map when it may be missing.",
  (raw) => ({
    schema: isMap(raw)
      ? map.transform(({ key, optional }) => ({ key, optional: optional ?? false, place: unplaced }))
      : z.string().transform((key) => ({ key, optional: false, place: unplaced })),
  }),
  () => z.union([z.string(), map]),
);
