/** Reads a Release from the folder it was written into, so that it can be copied elsewhere. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { digestOfFile, readChunks } from "../format/file.ts";
import { type Layout, placeOf } from "../format/layout.ts";
import { coveredBy, isSignature } from "../format/projections.ts";
import { readRelease, type Release, type ReleaseArtifact } from "../format/release.ts";
import { verified } from "../format/verified.ts";
import { type Artifact, type ArtifactType, type Digest, digestOfHex } from "../model/artifact.ts";
import { errnoOf, onDisk } from "../model/disk.ts";
import { parsePlatform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import type { Source } from "../model/store.ts";

export interface Released {
  readonly release: Release;
  /** Everything that is listed, then the signatures of release.json, and release.json last. */
  readonly artifacts: readonly Artifact[];
  /** Reads them, verified. */
  readonly from: Source;
}

/** The Release in `folder`. Fails with `file.missing` where there is none, `format.invalid` where its statement is damaged. */
export async function openReleased(folder: string, layout: Layout): Promise<Released> {
  const path = join(folder, "release.json");
  const release = readRelease(await readStatement(path, folder), "release.json");
  const listed = listedIn(release);
  const statement = statementOf(listed, await digestOfFile(path));
  const vouching = await signaturesOf(statement, folder);
  const places = new Map(release.artifacts.map(({ name, platform }) => [name, placeOf(layout, name, platform)]));
  const pathOf = ({ name }: Pick<Artifact, "name">): string => join(folder, places.get(name) ?? name);
  return {
    release,
    artifacts: [...listed, ...vouching, statement],
    from: { localPath: pathOf, open: (artifact) => verified(readChunks(pathOf(artifact)), artifact) },
  };
}

/** What a release.json lists that was read from elsewhere, and itself last. Its signatures are listed nowhere. */
export function releasedFrom(release: Release, text: Uint8Array): readonly Artifact[] {
  const listed = listedIn(release);
  const digest = digestOfHex(createHash("sha256").update(text).digest("hex"));
  return [...listed, statementOf(listed, { digest, size: text.length })];
}

function listedIn(release: Release): readonly Artifact[] {
  return release.artifacts.map((artifact) => artifactOf(release, artifact));
}

function statementOf(listed: readonly Artifact[], held: Pick<Artifact, "digest" | "size">): Artifact {
  const refs = listed.map(({ digest }) => digest);
  return { name: "release.json", type: "release", listed: true, attributes: {}, ...held, refs };
}

/** Nothing lists what signs the list of everything: it is known by its name. */
async function signaturesOf({ name, digest }: Artifact, folder: string): Promise<readonly Artifact[]> {
  const entries = await onDisk(folder, () => readdir(folder));
  const names = entries.filter((entry) => entry.startsWith(`${name}.`)).toSorted();
  return Promise.all(
    names.map(async (entry): Promise<Artifact> => {
      const held = await digestOfFile(join(folder, entry));
      return { name: entry, type: "signature", listed: true, attributes: {}, ...held, refs: [], subject: digest };
    }),
  );
}

async function readStatement(path: string, folder: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT") return onDisk(path, () => Promise.reject(thrown as Error));
    throw new Problem("file.missing", `${folder} holds no release`, { hint: "Make it first: slipway release" });
  }
}

/** What it stands for, and so follows. */
function aboutOf(release: Release, type: ArtifactType, subject: string | undefined): readonly ReleaseArtifact[] {
  if (subject !== undefined) return release.artifacts.filter(({ name }) => name === subject);
  if (type === "signatures") return release.artifacts.filter(isSignature);
  return type === "checksums" || type === "index" ? coveredBy(release, undefined) : [];
}

function artifactOf(
  release: Release,
  { name, type, platform, size, digests, subject, attributes }: ReleaseArtifact,
): Artifact {
  const refs = aboutOf(release, type, subject).map((covered): Digest => digestOfHex(covered.digests.sha256));
  return {
    name,
    type,
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
    listed: true,
    attributes: attributes ?? {},
    digest: digestOfHex(digests.sha256),
    size,
    ...(subject === undefined ? { refs } : { refs: [], subject: refs[0] }),
  };
}
