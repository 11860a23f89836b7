/** What stands under `rpm:` and `srpm:` in a package entry. */
import { template, z } from "../../../model/schema.ts";

/** Lists of `requires`, by when they must hold. */
export const requirePhases = ["pre", "post", "preun", "postun", "pretrans", "posttrans", "verify"] as const;

const packages = z.array(z.string());

export const rpmSchema = z.strictObject({
  group: z
    .string()
    .min(1)
    .describe("Group, which distributions no longer use.")
    .meta({ default: "Unspecified" })
    .optional(),
  summary: template("One line, where it should differ from the entry's summary.").optional(),
  packager: template("Who made the package: `Name <mail>`. Default: the entry's maintainer.").optional(),
  buildhost: template("The machine the package says it was made on; never the real one.")
    .meta({ default: "localhost" })
    .optional(),
  compression: z
    .enum(["gzip", "zstd", "xz", "none"])
    .describe(
      "Of the files: gzip shares its work with archives, zstd and xz are smaller, xz far slower. zstd needs rpm 4.14.",
    )
    .meta({ default: "gzip" })
    .optional(),
  rpmformat: z
    .literal([4, 6])
    .describe(
      "Version of the package format: 4 for every rpm there is, 6 for rpm 6, with stronger digests and without old ones.",
    )
    .meta({ default: 4 })
    .optional(),
  prefixes: z
    .array(template("An absolute folder."))
    .describe("Folders that `rpm --prefix` and `--relocate` may put elsewhere; every file lies in one of them.")
    .optional(),
  requires: z
    .strictObject({
      pre: packages.describe("For the script before installing.").optional(),
      post: packages.describe("For the script after installing.").optional(),
      preun: packages.describe("For the script before removing.").optional(),
      postun: packages.describe("For the script after removing.").optional(),
      pretrans: packages.describe("Before the transaction.").optional(),
      posttrans: packages.describe("After the transaction.").optional(),
      verify: packages.describe("For the script of `rpm --verify`.").optional(),
    })
    .describe("What single scripts need, beside `depends`.")
    .optional(),
});

export type RpmOptions = z.output<typeof rpmSchema>;
