/** What of GitHub's answers is read: https://docs.github.com/rest/releases, in its shapes of 2022-11-28. */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";
import type { ForgeAsset } from "../forge/assets.ts";

export const releaseShape = z.object({
  id: z.int(),
  tag_name: z.string(),
  name: z.string().nullish(),
  body: z.string().nullish(),
  draft: z.boolean(),
  prerelease: z.boolean(),
  immutable: z.boolean().optional(),
  html_url: z.string(),
  upload_url: z.string(),
});

export type GithubRelease = z.infer<typeof releaseShape>;

export const assetShape = z
  .object({
    id: z.int(),
    name: z.string(),
    label: z.string().nullish(),
    state: z.string(),
    size: z.int(),
    digest: z.string().nullish(),
  })
  .transform(({ id, name, label, state, size, digest }): ForgeAsset => ({
    id,
    name,
    ...(label === null || label === undefined || label === "" ? {} : { label }),
    size,
    isWhole: state === "uploaded",
    digest: digestOf(digest),
  }));

export const repositoryShape = z.object({
  full_name: z.string(),
  private: z.boolean(),
  archived: z.boolean().optional(),
  default_branch: z.string().optional(),
  permissions: z.object({ pull: z.boolean(), push: z.boolean() }).partial().optional(),
});

export type GithubRepository = z.infer<typeof repositoryShape>;

export const refShape = z.object({ object: z.object({ type: z.string(), sha: z.string() }) });

/** `sha256:` and hex, since June 2025; older files have none. */
function digestOf(said: string | null | undefined): Digest | undefined {
  return said !== null && said !== undefined && /^sha256:[0-9a-f]{64}$/.test(said) ? (said as Digest) : undefined;
}
