/** Opens an image by its reference, wherever it lies. */
import { resolve } from "node:path";

import { readImageArchive } from "../format/oci/archive.ts";
import { readDockerArchive } from "../format/oci/docker-archive.ts";
import type { OpenedImage, OpenImage } from "../model/image.ts";
import { accessFile } from "./file-access.ts";
import { httpClient } from "./http.ts";
import type { ReferringSource } from "./image-target.ts";
import { type ImagePlace, placeOfImage } from "./image-place.ts";
import { layoutSource } from "./layout/read.ts";
import { findCredentials } from "./registry/credentials.ts";
import { openRepository, type Repository, type Access } from "./registry/repository.ts";
import { repositorySource } from "./registry/repository-image.ts";
import { openSession } from "./registry/session.ts";

export interface ImagesContext {
  /** Absolute path of the project, which relative paths start from. */
  readonly root: string;
  /** The operator's environment: credentials, proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What {@link OpenImage} promises. Each repository is asked for a token once. */
export function imageOpener({ root, env }: ImagesContext): OpenImage {
  const repositories = new WeakMap<
    AbortSignal,
    (place: { readonly registry: string; readonly repository: string }) => Repository
  >();
  return async (reference, signal): Promise<OpenedImage> => {
    const place = placeOfImage(reference);
    if (place.kind !== "registry")
      return { source: await openFiles(place, root), name: place.name, repository: undefined };
    const opener = repositories.get(signal) ?? repositoryOpener({ env, signal, access: "pull" });
    repositories.set(signal, opener);
    const repository = opener(place);
    return { source: repositorySource(repository), name: place.name, repository: repository.name };
  };
}

/** Reads a folder or file that holds an image. */
export async function openFiles(
  { kind, path }: Exclude<ImagePlace, { kind: "registry" }>,
  root: string,
): Promise<ReferringSource> {
  const file = resolve(root, path);
  if (kind === "layout") return layoutSource(file);
  const access = await accessFile(file);
  const archive = await (kind === "archive" ? readImageArchive(access, { foreign: true }) : readDockerArchive(access));
  return archive.source(`${kind === "archive" ? "oci-archive" : "docker-archive"}:${path}`);
}

interface RepositoriesContext {
  readonly env: ImagesContext["env"];
  readonly signal: AbortSignal;
  readonly access: Access;
  /** Whether plain HTTP may be spoken to other machines than this one. */
  readonly insecure?: boolean | undefined;
}

/** Opens repositories with the operator's own credentials, each once. */
export function repositoryOpener({
  env,
  signal,
  access,
  insecure,
}: RepositoriesContext): (place: { readonly registry: string; readonly repository: string }) => Repository {
  const http = httpClient({ env, signal, insecure });
  const opened = new Map<string, Repository>();
  return ({ registry, repository }) => {
    const name = `${registry}/${repository}`;
    const find = () => findCredentials(registry, repository, env);
    const found = opened.get(name) ?? openRepository(openSession({ registry, http, find }), repository, access);
    opened.set(name, found);
    return found;
  };
}
