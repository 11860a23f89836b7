/** Copies one image from wherever it lies to wherever it should lie, and moves the tag there. */
import { resolve } from "node:path";

import type { Digest } from "../model/artifact.ts";
import type { ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { type ArchiveTarget, archiveTarget } from "./archive-target.ts";
import { type Copied, copyImage } from "./copy-image.ts";
import { type ImagePlace, placeOfImage } from "./image-place.ts";
import type { ImageTarget, ReferringSource } from "./image-target.ts";
import { layoutTarget } from "./layout/write.ts";
import { openFiles, repositoryOpener } from "./open-image.ts";
import { repositorySource, repositoryTarget } from "./registry/repository-image.ts";

export interface MirrorRequest {
  /** As people write them: `ghcr.io/acme/tool:1.0.0`, `oci:FOLDER:TAG`, `oci-archive:FILE`. */
  readonly from: string;
  readonly to: string;
  /** Whether signatures, SBOMs and whatever else refers to the image go too. */
  readonly referrers: boolean;
  /** Whether plain HTTP may be spoken to other machines than this one. */
  readonly insecure: boolean;
  /** Absolute path that relative ones start from. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface Mirrored extends Copied {
  readonly digest: Digest;
  /** The tag that was asked for; undefined: none moves. */
  readonly tag: string | undefined;
  /** `already`: all of it was there, and the tag stood for it. */
  readonly outcome: "done" | "already";
}

/** A tag that stands for another image is moved. Fails with `plan.invalid` on what is no name, and as reading and writing there do. */
export async function mirrorImage(request: MirrorRequest): Promise<Mirrored> {
  const [from, to] = [placeOfImage(request.from), placeOfImage(request.to)];
  const tag = tagAt(from, to, request.to);
  if (request.referrers && to.kind === "archive")
    throw new Problem("usage", "an archive holds one image, and nothing that refers to it", {
      expected: "oci:FOLDER:TAG",
    });
  const source = await openSource(from, request);
  const root = await source.manifest(from.name);
  if (root === undefined)
    throw new Problem("store.failed", `${request.from}: there is no such image`, {
      hint: "Check its name; a registry that wants a login may say the same to those without one.",
    });
  const { target, finish, close } = openTarget(to, request);
  const { referrers, signal } = request;
  const origin = originOf(from, to);
  try {
    const copied = await copyImage({ from: source, to: target, root, referrers, origin: () => origin, signal });
    const moved = tag === undefined ? false : await moveTag(target, tag, root);
    await finish(root, nameOf(from));
    const isAlready = copied.manifests === 0 && !moved;
    return { ...copied, digest: root.digest, tag, outcome: isAlready ? "already" : "done" };
  } finally {
    await close();
  }
}

/** What an archive calls it: its name where it comes from. */
function nameOf(from: ImagePlace): string {
  if (from.kind !== "registry" || from.name.startsWith("sha256:")) return "";
  return `${from.registry}/${from.repository}:${from.name}`;
}

/** The tag behind TO, else the one behind FROM; undefined where only a digest is known, which needs no tag in a registry. */
function tagAt(from: ImagePlace, to: ImagePlace, written: string): string | undefined {
  if (to.name.startsWith("sha256:") || to.kind === "docker-archive")
    throw new Problem("usage", `nothing can be copied to ${written}`, {
      expected: "a registry's repository with a tag or not, oci:FOLDER:TAG or oci-archive:FILE",
      hint: to.kind === "docker-archive" ? "docker load reads what is written to oci-archive:FILE." : undefined,
    });
  if (to.isNamed) return to.name;
  const known = from.name.startsWith("sha256:") || from.name === "" ? undefined : from.name;
  if (to.kind === "layout" && known === undefined)
    throw new Problem("usage", `${written} does not say what the image is to be called there`, {
      expected: "oci:FOLDER:TAG",
    });
  return known;
}

/** Blobs are mounted within one registry. */
function originOf(from: ImagePlace, to: ImagePlace): string | undefined {
  const isSame = from.kind === "registry" && to.kind === "registry" && from.registry === to.registry;
  return isSame ? from.repository : undefined;
}

async function openSource(place: ImagePlace, request: MirrorRequest): Promise<ReferringSource> {
  if (place.kind !== "registry") return openFiles(place, request.root);
  return repositorySource(repositoryOpener({ ...request, access: "pull" })(place));
}

function openTarget(place: ImagePlace, request: MirrorRequest): ArchiveTarget {
  const kept = (target: ImageTarget): ArchiveTarget => ({ target, finish: async () => {}, close: async () => {} });
  if (place.kind === "registry")
    return kept(repositoryTarget(repositoryOpener({ ...request, access: "pull,push" })(place)));
  const path = resolve(request.root, place.path);
  return place.kind === "layout" ? kept(layoutTarget(path)) : archiveTarget(path);
}

async function moveTag(target: ImageTarget, tag: string, root: ManifestBytes): Promise<boolean> {
  if ((await target.look(tag)) === root.digest) return false;
  await target.tag(tag, root);
  return true;
}
