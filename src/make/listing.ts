/** How the Release lists an artifact: its digests by every algorithm that is asked for, and the programs inside. */
import { type DigestAlgorithm, digestAlgorithms, measure } from "../format/digest.ts";
import type { ReleaseArtifact, ReleaseBinary } from "../format/release.ts";
import { type Artifact, hexOf } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import { canonicalJson } from "../model/json.ts";
import { formatPlatform } from "../model/platform.ts";

export type DigestCache = Pick<Cache, "open" | "recall" | "remember">;

/** An artifact and its line in the Release. */
export interface Listing {
  readonly artifact: Artifact;
  readonly entry: ReleaseArtifact;
}

/** Reads the artifact only where digests other than SHA-256 are asked for that were never taken before, and then once. */
export async function describeArtifact(
  artifact: Artifact,
  made: ReadonlyMap<string, readonly Artifact[]>,
  cache: DigestCache,
  algorithms: readonly DigestAlgorithm[],
): Promise<Listing> {
  const { name, type, platform, size, digest, attributes } = artifact;
  const others = algorithms.filter((algorithm) => algorithm !== "sha256");
  const measured = others.length === 0 ? {} : await digestsOf(artifact, others, cache);
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

/** The same bytes have the same digests, so they are taken once. */
async function digestsOf(
  artifact: Artifact,
  algorithms: readonly DigestAlgorithm[],
  cache: DigestCache,
): Promise<Partial<Record<DigestAlgorithm, string>>> {
  const key = canonicalJson({ digests: [...algorithms], of: artifact.digest });
  const [known] = await cache.recall(key);
  if (isDigests(known, algorithms)) return known;
  const { digests } = await measure(algorithms, cache.open(artifact));
  await cache.remember(key, digests);
  return digests;
}

function isDigests(known: unknown, algorithms: readonly DigestAlgorithm[]): known is Record<DigestAlgorithm, string> {
  if (typeof known !== "object" || known === null) return false;
  const digests = new Map(Object.entries(known));
  return algorithms.every((name) => {
    const digest: unknown = digests.get(name);
    return typeof digest === "string" && /^[0-9a-f]+$/.test(digest) && digest.length === digestAlgorithms[name].digits;
  });
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
