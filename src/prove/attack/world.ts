/** Where attacks happen: copies of a Release that its owner never sees, and the verifier that has to refuse what is done to them. */
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { type DigestAlgorithm, multiHasher } from "../../format/digest.ts";
import { projectionText } from "../../format/projections.ts";
import { readRelease, type Release, type ReleaseArtifact, writeRelease } from "../../format/release.ts";
import { placeOf } from "../../format/layout.ts";
import { onDisk } from "../../model/disk.ts";
import type { SignatureReader } from "../../verify/signatures/kind.ts";
import type { NamedText, Trust } from "../../verify/trust.ts";
import type { Verdict } from "../../verify/verdict.ts";

/** The verifier under attack. Its functions are those that `slipway verify` calls. */
export interface Engine {
  openTrust(file: NamedText, readers?: readonly SignatureReader[]): Promise<Trust>;
  /** `trust` undefined: release.json is believed as it is, so that only what it is made of protects. */
  folder(folder: string, trust: Trust | undefined): Promise<Verdict>;
  file(path: string, folder: string, trust: Trust | undefined): Promise<Verdict>;
  url(address: string, trust: Trust | undefined, signal: AbortSignal): Promise<Verdict>;
  /** What a terminal is shown of a verdict. */
  show(verdict: Verdict): string;
}

/** TUF metadata over the project's releases, and the root that somebody trusts. */
export interface Metadata {
  /** Holds `timestamp.json`, `1.root.json`, ... */
  readonly folder: string;
  readonly root: Uint8Array;
  /** The release of which channel is asked for. */
  readonly channel: string;
}

export interface World {
  /** Undefined where the trust file has no root, or its metadata is not here. */
  readonly metadata: Metadata | undefined;
  readonly engine: Engine;
  readonly release: Release;
  /** The trust file as it is written, and opened; undefined without one. */
  readonly file: NamedText | undefined;
  readonly trust: Trust | undefined;
  /** What the verifier says of the Release as it is. */
  readonly verdict: Verdict;
  /** A folder with all of the Release, to be changed at will by replacing files, not by writing into them. */
  copy(): Promise<string>;
  /** An empty folder. */
  folder(): Promise<string>;
  /** Path of an artifact in a copy. */
  pathIn(copy: string, artifact: Pick<ReleaseArtifact, "name" | "platform">): string;
}

/** A private copy of the Release in `home`, which is empty and nobody else's; every further copy costs no bytes. */
export async function openWorld(
  home: string,
  released: string,
  { engine, file, trust, verdict, metadata }: Pick<World, "engine" | "file" | "trust" | "verdict" | "metadata">,
): Promise<World> {
  const master = join(home, "release");
  await cp(released, master, { recursive: true, errorOnExist: true, verbatimSymlinks: true });
  const release = await releaseIn(master);
  const names = await filesIn(master);
  const folder = (): Promise<string> => mkdtemp(join(home, "w-"));
  const flat = new Set(names);
  return {
    engine,
    release,
    file,
    trust,
    verdict,
    metadata,
    folder,
    async copy() {
      const made = await folder();
      for (const name of names) {
        await mkdir(dirname(join(made, name)), { recursive: true });
        await link(join(master, name), join(made, name));
      }
      return made;
    },
    pathIn: (copy, { name, platform }) => join(copy, flat.has(name) ? name : placeOf("by-platform", name, platform)),
  };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await onDisk(folder, () => readdir(folder, { recursive: true, withFileTypes: true }));
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .toSorted();
}

async function releaseIn(folder: string): Promise<Release> {
  return readRelease(await readFile(join(folder, "release.json"), "utf8"), "release.json");
}

/** Puts other bytes in a file's place; copies share what they have in common. */
export async function replace(path: string, bytes: Uint8Array | string): Promise<void> {
  await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes, { flag: "wx" });
}

export async function remove(path: string): Promise<void> {
  await unlink(path);
}

/**
 * Writes a copy whose `changed` files have other bytes, as one would who may write everything but signatures: whatever names their
 * digests names the new ones. Gives the folder.
 */
export async function reissue(world: World, changed: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = await world.copy();
  let { release } = world;
  for (const [name, bytes] of changed) release = await put(world, folder, release, name, bytes);
  for (const type of listed) {
    for (const artifact of release.artifacts.filter((one) => one.type === type && !changed.has(one.name))) {
      const text = projectionText(release, artifact) ?? (await restated(world, folder, release, artifact));
      release = await put(world, folder, release, artifact.name, Buffer.from(text));
    }
  }
  await replace(join(folder, "release.json"), writeRelease(release));
  return folder;
}

/** Types of artifacts that name digests of others, in the order in which they name each other. */
const listed: readonly string[] = ["sbom", "index", "provenance", "checksums", "signatures"];

/** A list's text with the digests that artifacts have now. */
async function restated(world: World, folder: string, release: Release, artifact: ReleaseArtifact): Promise<string> {
  const now = new Map(release.artifacts.map(({ name, digests }) => [name, digests]));
  const digests = new Map(
    world.release.artifacts.flatMap(({ name, digests: before }) =>
      Object.entries(before).map(
        ([algorithm, digest]) => [digest, now.get(name)?.[algorithm as DigestAlgorithm]] as const,
      ),
    ),
  );
  const text = await readFile(world.pathIn(folder, artifact), "utf8");
  return text.replaceAll(/\b[0-9a-f]{8,128}\b/g, (digest) => digests.get(digest) ?? digest);
}

async function put(world: World, folder: string, release: Release, name: string, bytes: Uint8Array): Promise<Release> {
  const artifacts = release.artifacts.map((artifact) =>
    artifact.name === name ? described(artifact, bytes) : artifact,
  );
  const artifact = artifacts.find((one) => one.name === name);
  if (artifact !== undefined) await replace(world.pathIn(folder, artifact), bytes);
  return { ...release, artifacts };
}

function described(artifact: ReleaseArtifact, bytes: Uint8Array): ReleaseArtifact {
  const hasher = multiHasher(Object.keys(artifact.digests) as DigestAlgorithm[]);
  hasher.update(bytes);
  const { size, digests } = hasher.finish();
  return { ...artifact, size, digests };
}
