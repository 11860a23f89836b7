/** What GitLab's API says of releases, links, packages and projects, as far as it is read (docs.gitlab.com/api). */
import { z } from "zod";

import { digestOfHex } from "../../model/artifact.ts";
import type { ForgeAsset } from "../forge/assets.ts";

export const linkSchema = z.object({ id: z.number(), name: z.string(), url: z.string() });
export type ReleaseLink = z.infer<typeof linkSchema>;

export const releaseSchema = z.object({
  tag_name: z.string(),
  name: z.string().nullish(),
  description: z
    .string()
    .nullish()
    .transform((text) => text ?? ""),
  released_at: z.string(),
  assets: z.object({ links: z.array(linkSchema) }),
});
export type GitlabRelease = z.infer<typeof releaseSchema>;

export const packageSchema = z.object({
  id: z.number(),
  name: z.string(),
  version: z.string().nullish(),
  package_type: z.string(),
});

/** `file_sha256` is left out by old versions: then the file is read. */
export const packageFileSchema = z
  .object({
    id: z.number(),
    package_id: z.number(),
    file_name: z.string(),
    size: z.number(),
    file_sha256: z.string().nullish(),
  })
  .transform(({ id, package_id: packageId, file_name: name, size, file_sha256: hex }): PackageFile => ({
    id,
    packageId,
    name,
    size,
    isWhole: true,
    isListed: false,
    ...(hex === undefined || hex === null ? {} : { digest: digestOfHex(hex.toLowerCase()) }),
  }));

export interface PackageFile extends ForgeAsset {
  readonly packageId: number;
  /** Whether its package stands in the list of packages, where anybody may have found it. */
  readonly isListed: boolean;
}

const access = z.object({ access_level: z.number() }).nullish();

export const projectSchema = z.object({
  path_with_namespace: z.string(),
  visibility: z.string().optional(),
  archived: z.boolean().optional(),
  package_registry_access_level: z.string().optional(),
  releases_access_level: z.string().optional(),
  permissions: z.object({ project_access: access, group_access: access }).optional(),
});
export type GitlabProject = z.infer<typeof projectSchema>;
