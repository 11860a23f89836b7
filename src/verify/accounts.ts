/** Compares what stands beside a Release and tells of its making, SBOMs and provenance, with what the Release says. */
import { readProvenance } from "../format/provenance.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { mostSbomBytes, readSbom, type SbomFormat } from "../format/sbom/read.ts";
import { type ArtifactType, builtTypes } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";
import { readWhole } from "./read-whole.ts";

type Account = (release: Release, artifact: ReleaseArtifact, text: string) => string;

/** How an artifact is compared; undefined for what is no account, or was written by another program in a way of its own. */
export function accountOf({ type, attributes = {} }: ReleaseArtifact): Account | undefined {
  const { format, by } = attributes;
  if (type === "sbom" && by !== "command" && (format === "spdx" || format === "cyclonedx"))
    return (release, artifact, text) => compareSbom(release, artifact, format, text);
  return type === "provenance" && format === "slsa" ? compareProvenance : undefined;
}

/** Fails with `format.invalid` where it cannot be read, `verify.mismatch` where it tells of other artifacts than the Release has. */
export async function compareAccount(release: Release, artifact: ReleaseArtifact, path: string): Promise<string> {
  const compare = accountOf(artifact);
  if (compare === undefined) throw new Error(`${artifact.name} is no account`);
  return compare(release, artifact, Buffer.from(await readWhole(path, mostSbomBytes)).toString("utf8"));
}

function compareSbom(
  release: Release,
  { name, attributes }: ReleaseArtifact,
  format: SbomFormat,
  text: string,
): string {
  const { files, purls } = readSbom(format, text, name);
  compareFiles(release, files);
  const about = attributes?.["of"];
  if (typeof about === "string" && (files.length !== 1 || files[0]?.name !== about))
    throw new Problem("verify.mismatch", `it is not about ${about} alone`);
  return `describes ${files.length} artifacts as they are, from ${purls.length} packages`;
}

/** Types that whoever builds gets, and that a provenance has to account for. */
const built: ReadonlySet<ArtifactType> = new Set(builtTypes);

function compareProvenance(release: Release, { name }: ReleaseArtifact, text: string): string {
  const { artifacts, source, build, builder } = readProvenance(text, name);
  compareFiles(release, artifacts);
  const told = new Set(artifacts.map((artifact) => artifact.name));
  // What is attached to an image holds this very statement, so it was made after it.
  const silent = release.artifacts.find(
    ({ type, subject, name: each }) =>
      built.has(type) && !(type === "image" && subject !== undefined) && !told.has(each),
  );
  if (silent !== undefined) throw new Problem("verify.mismatch", `it says nothing of ${silent.name}`);
  const said = { ...build, commit: source.commit };
  for (const field of ["product", "version", "tag", "commit", "epoch"] as const)
    if (said[field] !== release[field])
      throw new Problem("verify.mismatch", `its ${field} is ${said[field]}, the Release says ${release[field]}`);
  return `tells of ${artifacts.length} artifacts as they are, built by ${builder.id}`;
}

interface Told {
  readonly name: string;
  readonly sha256: string;
}

function compareFiles({ artifacts }: Release, files: readonly Told[]): void {
  if (files.length === 0) throw new Problem("verify.mismatch", "it tells of nothing");
  const listed = new Map(artifacts.map(({ name, digests }) => [name, digests.sha256]));
  for (const { name, sha256 } of files) {
    const actual = listed.get(name);
    if (actual === undefined)
      throw new Problem("verify.mismatch", `it tells of ${name}, which the Release does not list`);
    if (actual !== sha256) throw new Problem("verify.mismatch", `${name} has another sha256 in it: ${sha256}`);
  }
}
