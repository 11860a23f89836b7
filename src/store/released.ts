/** Reads a Release from the folder it was written into, so that it can be copied elsewhere. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { digestOfFile, readChunks } from "../format/file.ts";
import { type Layout, placeOf } from "../format/layout.ts";
import { coveredBy } from "../format/projections.ts";
import { readRelease, type Release, type ReleaseArtifact } from "../format/release.ts";
import { verified } from "../format/verified.ts";
import { type Artifact, type Digest, digestOfHex } from "../model/artifact.ts";
import { errnoOf, onDisk } from "../model/disk.ts";
import { parsePlatform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import type { Source } from "../model/store.ts";

export interface Released {
  readonly release: Release;
  /** Everything that is listed, release.json last. */
  readonly artifacts: readonly Artifact[];
  /** Reads them, verified. */
  readonly from: Source;
}

/** The Release in `folder`. Fails with `file.missing` where there is none, `format.invalid` where its statement is damaged. */
export async function openReleased(folder: string, layout: Layout): Promise<Released> {
  const path = join(folder, "release.json");
  const release = readRelease(await readStatement(path, folder), "release.json");
  const listed = release.artifacts.map((artifact) => artifactOf(release, artifact));
  const statement: Artifact = {
    name: "release.json",
    type: "release",
    listed: true,
    attributes: {},
    ...(await digestOfFile(path)),
    refs: listed.map(({ digest }) => digest),
  };
  const places = new Map(release.artifacts.map(({ name, platform }) => [name, placeOf(layout, name, platform)]));
  const pathOf = ({ name }: Pick<Artifact, "name">): string => join(folder, places.get(name) ?? name);
  return {
    release,
    artifacts: [...listed, statement],
    from: { localPath: pathOf, open: (artifact) => verified(readChunks(pathOf(artifact)), artifact) },
  };
}

async function readStatement(path: string, folder: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT") return onDisk(path, () => Promise.reject(thrown as Error));
    throw new Problem("file.missing", `${folder} holds no release`, { hint: "Make it first: slipway release" });
  }
}

function artifactOf(
  release: Release,
  { name, type, platform, size, digests, subject, attributes }: ReleaseArtifact,
): Artifact {
  const about = type === "checksums" || type === "index" ? coveredBy(release, subject) : [];
  const refs = about.map((covered): Digest => digestOfHex(covered.digests.sha256));
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
