/** Compares lists that name digests of other artifacts, as if those had come out the same. */
import { readFile } from "node:fs/promises";

import { readProvenance } from "../../format/provenance.ts";
import type { Release, ReleaseArtifact } from "../../format/release.ts";
import { onDisk } from "../../model/disk.ts";

/** Types of artifacts that are text about other artifacts. */
const kinds: ReadonlySet<string> = new Set(["sbom", "index", "provenance", "checksums", "signatures", "release"]);

export function isAboutOthers({ type }: Pick<ReleaseArtifact, "type">): boolean {
  return kinds.has(type);
}

/** A list and the Release it is of. */
export interface ListIn {
  readonly path: string;
  readonly release: Release;
}

/**
 * In what two lists differ beyond digests and sizes of artifacts, and beyond signatures that one side does not have; undefined where
 * in nothing. `unsigned`: no key was here, so what is signed was planned without, and a provenance has another plan and other keys of
 * Steps.
 */
export async function differenceBeyond(
  artifact: Pick<ReleaseArtifact, "type">,
  released: ListIn,
  rebuilt: ListIn,
  unsigned: boolean,
): Promise<string | undefined> {
  const line = await firstLineApart(released, rebuilt);
  if (line === undefined) return undefined;
  const { type } = artifact;
  if ((type === "release" || type === "signatures") && isSameButSignatures(released.release, rebuilt.release))
    return undefined;
  if (unsigned && type === "provenance" && (await isSameButPlan(released.path, rebuilt.path))) return undefined;
  return `line ${line}`;
}

/** Counted from 1; undefined where no line differs. */
async function firstLineApart(released: ListIn, rebuilt: ListIn): Promise<number | undefined> {
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

/** What each artifact is was compared by itself. */
function isSameButSignatures(released: Release, rebuilt: Release): boolean {
  const [a, b] = [released, rebuilt].map(({ artifacts, signatures: _vouching, ...facts }) => {
    const kept = artifacts.filter(({ type }) => type !== "signature" && type !== "signatures");
    return JSON.stringify([facts, kept.map(described)]);
  });
  return a === b;
}

function described({ size: _size, digests: _digests, binaries = [], ...rest }: ReleaseArtifact): object {
  return { ...rest, binaries: binaries.map(({ path }) => path) };
}

async function isSameButPlan(released: string, rebuilt: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [released, rebuilt].map(async (path) => {
      const read = readProvenance(await onDisk(path, () => readFile(path, "utf8")), "provenance.json");
      const { steps, artifacts, build, ...rest } = read;
      const names = [artifacts.map(({ name }) => name), steps.map(({ id }) => id)];
      return JSON.stringify([rest, { ...build, plan: "" }, names]);
    }),
  );
  return a === b;
}
