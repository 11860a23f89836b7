/** The versions of an npm package that a registry shows, and its dist-tags. */
import { z } from "zod";

import type { Artifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import { ofAbout } from "../http/paced.ts";
import { download } from "../packages/answers.ts";
import { sha256Of } from "../measure.ts";
import type { FoundPackage, PackageName } from "../packages/registry.ts";
import { type NpmApi, pathOf } from "./api.ts";
import type { Integrity } from "./document.ts";

const versionSchema = z.looseObject({
  dist: z.looseObject({ tarball: z.string(), integrity: z.string().nullish(), shasum: z.string().nullish() }),
  deprecated: z.union([z.string(), z.boolean()]).nullish(),
});
const documentSchema = z.looseObject({
  "dist-tags": z.record(z.string(), z.string()).nullish(),
  versions: z.record(z.string(), z.unknown()).nullish(),
});

export type NpmDocument = z.infer<typeof documentSchema>;

/** Popular packages have thousands of versions. */
const mostDocument = 128 * 1024 * 1024;

/** The document of a package, in the short form where the registry has it; undefined where there is no such package. */
export async function findDocument({ reading }: NpmApi, name: string): Promise<NpmDocument | undefined> {
  const accept = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
  const answer = await reading.ask({ method: "GET", path: pathOf(name), headers: { accept } }, mostDocument);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw reading.refusal(`look at the package ${name}`, answer);
  return answer.as(documentSchema);
}

/**
 * The version, compared by the digests the registry says: npm's are SHA-512, so what differs, or has none, is downloaded for its
 * SHA-256. `ours` are those of the artifact's bytes, where these are at hand.
 */
export async function findVersion(
  api: NpmApi,
  { name, version }: PackageName,
  { artifact, ours }: { readonly artifact: Artifact; readonly ours: Integrity | undefined },
): Promise<FoundPackage | undefined> {
  const entry = (await findDocument(api, name))?.versions?.[version];
  if (entry === undefined) return undefined;
  const read = versionSchema.safeParse(entry);
  const url = read.success ? URL.parse(read.data.dist.tarball, api.registry.href) : null;
  if (!read.success || url === null)
    throw new Problem("store.failed", `${api.registry.host} says something of ${name} ${version} that cannot be read`);
  const { dist, deprecated } = read.data;
  const authorization = url.origin === api.registry.origin ? api.authorization : undefined;
  const open = (): AsyncIterable<Uint8Array> => download(api.http, url, authorization);
  const isOurs = ours !== undefined && (dist.integrity ?? "").split(/\s+/).includes(ours.integrity);
  const { digest, size } = isOurs ? artifact : await sha256Of(ofAbout(open(), artifact));
  return { digest, size, isWithdrawn: typeof deprecated === "string" && deprecated !== "", open };
}

const tagsSchema = z.record(z.string(), z.string());

/** `GET /-/package/NAME/dist-tags` */
export async function readTags({ reading }: NpmApi, name: string): Promise<Readonly<Record<string, string>>> {
  const path = `-/package/${pathOf(name)}/dist-tags`;
  return (await reading.must(`read the dist-tags of ${name}`, { method: "GET", path })).as(tagsSchema);
}

/** `PUT /-/package/NAME/dist-tags/TAG` */
export async function moveTag(api: NpmApi, { name, version }: PackageName, tag: string): Promise<void> {
  const writing = await api.writing(name);
  const path = `-/package/${pathOf(name)}/dist-tags/${encodeURIComponent(tag)}`;
  await writing.must(`move the dist-tag ${tag} of ${name}`, { method: "PUT", path, json: version });
}

/** `DELETE /-/package/NAME/dist-tags/TAG`; where it is gone already that is as good. */
export async function removeTag(api: NpmApi, name: string, tag: string): Promise<void> {
  const writing = await api.writing(name);
  const path = `-/package/${pathOf(name)}/dist-tags/${encodeURIComponent(tag)}`;
  const answer = await writing.ask({ method: "DELETE", path });
  if (answer.status !== 404 && answer.status >= 300)
    throw writing.refusal(`remove the dist-tag ${tag} of ${name}`, answer);
}
