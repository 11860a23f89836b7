/** What stands under `apk:` besides what all formats share, and what the maker gets of it. */
import type { JsonObject } from "../../../model/json.ts";
import { oneOrMore, z } from "../../../model/schema.ts";

export const apkOptions = z.strictObject({
  origin: z
    .string()
    .describe("Name of the source package: packages of one origin may take over each other's files.")
    .optional(),
  providerPriority: z
    .int()
    .min(0)
    .describe("Which package is taken for a name that several provide without a version; the highest wins.")
    .optional(),
  replacesPriority: z
    .int()
    .min(0)
    .describe("Whose file stays where two packages replace each other's; the highest wins.")
    .optional(),
  installIf: z
    .array(z.string())
    .describe("It is installed by itself where all of these are: `[docs, foo=1.0.0]`.")
    .optional(),
  trigger: z
    .strictObject({
      paths: oneOrMore(z.string(), "Folders, or patterns of them: `/usr/share/fonts/*`."),
      script: z.string().describe("The script itself; it is given the folders that changed."),
    })
    .describe("A script that runs when a package changed what lies in certain folders.")
    .optional(),
  signature: z
    .strictObject({
      hash: z
        .enum(["sha1", "sha256", "sha512"])
        .describe("Digest that the key signs: only sha1 is known to every apk-tools.")
        .meta({ default: "sha1" })
        .optional(),
    })
    .describe("How it is signed.")
    .optional(),
});

export type ApkOptions = z.output<typeof apkOptions>;

/** What `decide` puts into the Step. */
export interface ApkStep extends JsonObject {
  /** Fields of `.PKGINFO` that are known beforehand. */
  readonly info: readonly (readonly [string, string])[];
  /** Script of the trigger, with `#!` line; empty for none. */
  readonly trigger: string;
  readonly hash: "sha1" | "sha256" | "sha512";
}
