/** What stands under `archlinux:` besides what all formats share, and what the maker gets of it. */
import type { JsonObject } from "../../../model/json.ts";
import { z } from "../../../model/schema.ts";

export const archOptions = z.strictObject({
  pkgbase: z
    .string()
    .describe("Name that packages made from one source share; left out: the package's own.")
    .optional(),
  packager: z.string().describe("Who made the package: `Name <mail>`; left out: the maintainer.").optional(),
  groups: z.array(z.string()).describe("Groups it is installed with: `[base-devel]`.").optional(),
  compression: z
    .enum(["zstd", "gzip", "xz", "none"])
    .describe("How the package is compressed.")
    .meta({ default: "zstd" })
    .optional(),
});

export type ArchOptions = z.output<typeof archOptions>;
export type ArchCompression = NonNullable<ArchOptions["compression"]>;

/** What `decide` puts into the Step. */
export interface ArchStep extends JsonObject {
  readonly pkgname: string;
  readonly pkgbase: string;
  readonly pkgver: string;
  readonly pkgdesc: string;
  readonly url: string;
  readonly packager: string;
  readonly arch: string;
  readonly license: string;
  readonly groups: readonly string[];
  /** As in `.PKGINFO`. */
  readonly relations: readonly (readonly [string, string])[];
  readonly compression: ArchCompression;
}
