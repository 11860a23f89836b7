/** The options of a GitHub store, in the config and in the Plan. */
import { z } from "zod";

import { template } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { decidedForgeShape, type ForgeOptions, forgeShape } from "../forge/options.ts";

export interface GithubOptions extends ForgeOptions {
  readonly github: Template;
  readonly discussion?: Template | undefined;
  readonly immutable?: boolean | undefined;
}

export const githubSchema: z.ZodType<GithubOptions> = z.strictObject({
  github: template("the repository: its owner and its name, `acme/tool`"),
  token: forgeShape.token.describe("where the token is; left out: `env:GITHUB_TOKEN`, else `env:GH_TOKEN`").optional(),
  endpoint: forgeShape.endpoint
    .describe("address of the API, `https://github.acme.com/api/v3`; left out: `https://api.github.com`")
    .optional(),
  ca: forgeShape.ca.optional(),
  insecure: forgeShape.insecure.optional(),
  draft: forgeShape.draft.optional(),
  prerelease: forgeShape.prerelease.optional(),
  latest: forgeShape.latest.optional(),
  existing: forgeShape.existing.optional(),
  title: forgeShape.title.optional(),
  tag: forgeShape.tag.optional(),
  target: forgeShape.target.optional(),
  header: forgeShape.header.optional(),
  footer: forgeShape.footer.optional(),
  discussion: template("category of the repository's discussions in which the release is announced").optional(),
  immutable: z
    .boolean()
    .optional()
    .describe("whether releases of the repository are immutable; left out: it is asked, where the token may know"),
});

export const githubDecided = z.object({
  ...decidedForgeShape,
  discussion: z.string(),
  immutable: z.boolean().optional(),
});

export type GithubDecided = z.infer<typeof githubDecided>;
