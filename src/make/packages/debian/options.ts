/** What may stand under `deb:` and `termux.deb:`, beside what every package format has. */
import { scalarTemplate, template, z } from "../../../model/schema.ts";
import type { Template } from "../../../model/template.ts";
import { debCompressions } from "./compression.ts";

/** Directives of a package's triggers file (deb-triggers(5)). */
export const triggerDirectives = [
  "interest",
  "interest-await",
  "interest-noawait",
  "activate",
  "activate-await",
  "activate-noawait",
] as const;

/** How a signature stands inside a deb. */
const signatureMethods = ["debsign", "dpkg-sig"] as const;
const signatureTypes = ["origin", "maint", "archive", "builder"] as const;

const triggerNames = z.array(z.string().regex(/^[!-~]+$/, "expected a name without blanks"));

/** Control fields of the user's own. */
export const ownFields = z
  .record(z.string(), scalarTemplate("value"))
  .describe('Further control fields: `{ Bugs: "https://example.com/bugs" }`. One that renders empty is left out.');

export const debSchema = z.strictObject({
  compression: z
    .enum(debCompressions)
    .describe("How the contents are compressed. Debian reads zstd since 12, Ubuntu since 18.04.")
    .meta({ default: "gzip" })
    .optional(),
  archVariant: template("Architecture-Variant, such as `amd64v3`.").optional(),
  fields: ownFields.optional(),
  triggers: z
    .strictObject(
      Object.fromEntries(triggerDirectives.map((name) => [name, triggerNames.optional()])) as Record<
        (typeof triggerDirectives)[number],
        z.ZodOptional<typeof triggerNames>
      >,
    )
    .describe("dpkg's triggers: paths or names, by directive.")
    .optional(),
  signature: z
    .strictObject({
      method: z
        .enum(signatureMethods)
        .describe("debsign: a member that debsig-verify reads; dpkg-sig: one that dpkg-sig reads.")
        .meta({ default: "debsign" })
        .optional(),
      type: z
        .enum(signatureTypes)
        .describe("Who signs; part of the member's name.")
        .meta({ default: "origin; builder for dpkg-sig" })
        .optional(),
      signer: template("`Name <mail>` in a dpkg-sig signature; left out: the maintainer.").optional(),
    })
    .describe("How the key of `sign` signs.")
    .optional(),
});

export interface DebOptions {
  readonly compression?: (typeof debCompressions)[number] | undefined;
  readonly archVariant?: Template | undefined;
  readonly fields?: Readonly<Record<string, Template>> | undefined;
  readonly triggers?:
    | Readonly<Partial<Record<(typeof triggerDirectives)[number], readonly string[] | undefined>>>
    | undefined;
  readonly signature?:
    | {
        readonly method?: (typeof signatureMethods)[number] | undefined;
        readonly type?: (typeof signatureTypes)[number] | undefined;
        readonly signer?: Template | undefined;
      }
    | undefined;
}
