/** What Gitea says of releases, their files and repositories, as far as it is read (its `swagger.v1.json` has all of it). */
import { z } from "zod";

import type { ForgeAsset } from "../forge/assets.ts";

export const attachmentSchema = z.object({ id: z.number(), name: z.string(), size: z.number(), uuid: z.string() });

export interface Attachment extends ForgeAsset {
  readonly uuid: string;
}

export const attachmentOf = ({ id, name, size, uuid }: z.infer<typeof attachmentSchema>): Attachment => {
  return { id, name, size, uuid, isWhole: true };
};

export const releaseSchema = z.object({
  id: z.number(),
  tag_name: z.string(),
  name: z.string(),
  body: z.string(),
  draft: z.boolean(),
  prerelease: z.boolean(),
  html_url: z.string(),
  assets: z
    .array(attachmentSchema.transform(attachmentOf))
    .nullish()
    .transform((list): Attachment[] => list ?? []),
});

export type GiteaRelease = z.infer<typeof releaseSchema>;

export const repositorySchema = z.object({
  full_name: z.string(),
  private: z.boolean(),
  empty: z.boolean().optional(),
  archived: z.boolean().optional(),
  has_releases: z.boolean().optional(),
  permissions: z.object({ push: z.boolean(), admin: z.boolean() }).optional(),
});

export type GiteaRepository = z.infer<typeof repositorySchema>;

/** What is written into a release; what is left out stays. */
export interface ReleaseText {
  readonly tag_name?: string;
  readonly target_commitish?: string;
  readonly name?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly prerelease?: boolean;
}
