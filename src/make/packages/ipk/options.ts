/** What may stand under `ipk:`, beside what every package format has. */
import { scalarTemplate, template, z } from "../../../model/schema.ts";
import type { Template } from "../../../model/template.ts";
import { ownFields } from "../debian/options.ts";

export const ipkSchema = z.strictObject({
  abiVersion: scalarTemplate("ABIVersion, which OpenWrt's packages of libraries have.").optional(),
  alternatives: z
    .array(
      z.strictObject({
        priority: z.int().min(0).describe("The highest wins."),
        link: template("Absolute path of the link."),
        target: template("Absolute path that it leads to."),
      }),
    )
    .describe("Links that several packages may want: /usr/bin/editor.")
    .optional(),
  autoInstalled: z.boolean().describe("Removed when nothing needs it any more.").meta({ default: false }).optional(),
  essential: z.boolean().describe("Not to be removed.").meta({ default: false }).optional(),
  tags: z.array(template("A word.")).describe("Words to find it by.").optional(),
  fields: ownFields.optional(),
});

export interface IpkOptions {
  readonly abiVersion?: Template | undefined;
  readonly alternatives?:
    | readonly { readonly priority: number; readonly link: Template; readonly target: Template }[]
    | undefined;
  readonly autoInstalled?: boolean | undefined;
  readonly essential?: boolean | undefined;
  readonly tags?: readonly Template[] | undefined;
  readonly fields?: Readonly<Record<string, Template>> | undefined;
}
