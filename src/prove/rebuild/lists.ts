/** Compares lists that name digests of other artifacts, as if those had come out the same. */
import { readFile } from "node:fs/promises";

import type { Release, ReleaseArtifact } from "../../format/release.ts";
import { onDisk } from "../../model/disk.ts";

/** Types of artifacts that are text about other artifacts. */
const kinds: ReadonlySet<string> = new Set(["sbom", "index", "provenance", "checksums", "signatures", "release"]);

export function isAboutOthers({ type }: Pick<ReleaseArtifact, "type">): boolean {
  return kinds.has(type);
}

/** The number of the first line that differs beyond digests and sizes of artifacts; undefined where there is none. */
export async function firstLineApart(
  released: { readonly path: string; readonly release: Release },
  rebuilt: { readonly path: string; readonly release: Release },
): Promise<number | undefined> {
  const [a, b] = await Promise.all([released, rebuilt].map(({ path, release }) => withoutDigests(path, release)));
  const [left, right] = [(a ?? "").split("\n"), (b ?? "").split("\n")];
  const length = Math.max(left.length, right.length);
  const at = Array.from({ length }).findIndex((_, index) => left[index] !== right[index]);
  return at < 0 ? undefined : at + 1;
}

async function withoutDigests(path: string, release: Release): Promise<string> {
  const text = await onDisk(path, () => readFile(path, "utf8"));
  const names = new Map(
    release.artifacts.flatMap(({ name, digests }) => Object.values(digests).map((digest) => [digest, name] as const)),
  );
  return text
    .replaceAll(/\b[0-9a-f]{8,128}\b/g, (digest) => names.get(digest) ?? digest)
    .replaceAll(/"size": \d+/g, '"size": _')
    .replaceAll(/("self": \{\s*"sha256": )"[0-9a-f]{64}"/g, '$1"_"');
}

/** Whether it lists signatures, and so differs where there are none. */
export function isAboutSignatures({ type }: Pick<ReleaseArtifact, "type">): boolean {
  return type === "release" || type === "signatures";
}

/** Undefined where two Releases say the same of all but signatures, digests and sizes; else 1, for there are no lines to count. */
export function sameButSignatures(released: Release, rebuilt: Release): number | undefined {
  const [a, b] = [released, rebuilt].map(({ artifacts, ...facts }) => {
    const kept = artifacts.filter(({ type }) => type !== "signature" && type !== "signatures");
    return JSON.stringify([facts, kept.map(({ size: _size, digests: _digests, ...rest }) => rest)]);
  });
  return a === b ? undefined : 1;
}
