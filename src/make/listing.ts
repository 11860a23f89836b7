/** How the Release lists an artifact: its digests by every algorithm that is asked for, and the programs inside. */
import { type DigestAlgorithm, measure } from "../format/digest.ts";
import type { ReleaseArtifact, ReleaseBinary } from "../format/release.ts";
import { type Artifact, hexOf } from "../model/artifact.ts";
import { formatPlatform } from "../model/platform.ts";
import type { Source } from "../model/store.ts";

/** An artifact and its line in the Release. */
export interface Listing {
  readonly artifact: Artifact;
  readonly entry: ReleaseArtifact;
}

/** Reads the artifact only where digests other than SHA-256 are asked for, and then once. */
export async function describeArtifact(
  artifact: Artifact,
  made: ReadonlyMap<string, readonly Artifact[]>,
  from: Source,
  algorithms: readonly DigestAlgorithm[],
): Promise<Listing> {
  const { name, type, platform, size, digest, attributes } = artifact;
  const others = algorithms.filter((algorithm) => algorithm !== "sha256");
  const measured = others.length === 0 ? {} : (await measure(others, from.open(artifact))).digests;
  const binaries = programsIn(artifact, made);
  return {
    artifact,
    entry: {
      name,
      type,
      ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
      size,
      digests: { ...measured, sha256: hexOf(digest) },
      ...(binaries.length === 0 ? {} : { binaries }),
      attributes,
    },
  };
}

/** What was decided to stand inside, with the digests of what was made. */
function programsIn(
  { contains = [] }: Artifact,
  made: ReadonlyMap<string, readonly Artifact[]>,
): readonly ReleaseBinary[] {
  return contains.map(({ path, step, output }) => {
    const program = made.get(step)?.find(({ name }) => name === output);
    if (program === undefined) throw new Error(`${path} is said to hold ${output} of ${step}, which did not make it`);
    return { path, sha256: hexOf(program.digest) };
  });
}
