/** Closes a Release: from everything that was made, the lists beside it and the statement about all of it. */
import { type DigestAlgorithm, isDigestAlgorithm, multiHasher } from "../format/digest.ts";
import { checksumsText, coveredBy } from "../format/projections.ts";
import { type ReleaseFacts, writeRelease } from "../format/release.ts";
import { indexOf, writeIndex } from "../format/release-index.ts";
import type { Artifact, ArtifactType } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import type { JsonObject } from "../model/json.ts";
import { unusableName } from "../model/name.ts";
import type { Plan } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { artifactScope } from "./artifact-scope.ts";
import { describeArtifact, type Listing } from "./listing.ts";

/** The name of the statement, the same in every Release. */
export const releaseName = "release.json";

export interface CloseRequest {
  readonly plan: Plan;
  /** What each Step made, by its id. */
  readonly made: ReadonlyMap<string, readonly Artifact[]>;
  readonly cache: Pick<Cache, "open" | "keepBytes" | "recall" | "remember">;
  /** Renders the names of checksum files that are written per artifact. */
  readonly render: (source: string, scope: JsonObject) => string;
}

/**
 * All artifacts of the Release, with release.json last. The same artifacts give the same bytes, in whatever order they were made.
 * Fails with `plan.collision` when two have one name, which for globs and names of lists is only known now.
 */
export async function closeRelease(request: CloseRequest): Promise<readonly Artifact[]> {
  const { plan, made, cache } = request;
  const facts = factsOf(plan);
  const algorithms = plan.release.checksums.map(({ algorithm }) => knownAlgorithm(algorithm));
  const programs = [...made.values()].flat().filter(({ listed }) => listed);
  const listings = await Promise.all(programs.map((artifact) => describeArtifact(artifact, made, cache, algorithms)));

  const index = await indexOfRelease(request, facts, listings, algorithms);
  const checksums = await checksumsOfRelease(request, [...listings, ...index]);
  const all = [...listings, ...index, ...checksums];
  refuseNames(all.map(({ artifact }) => artifact.name));

  const text = writeRelease({ ...facts, artifacts: all.map(({ entry }) => entry) });
  const release = await keepText(cache, releaseName, "release", text, all);
  return [...all.map(({ artifact }) => artifact), release.artifact];
}

async function indexOfRelease(
  { plan, cache }: CloseRequest,
  facts: ReleaseFacts,
  listings: readonly Listing[],
  algorithms: readonly DigestAlgorithm[],
): Promise<readonly Listing[]> {
  if (plan.release.index === "") return [];
  const text = writeIndex(indexOf({ ...facts, artifacts: entriesOf(listings) }));
  return [await keepText(cache, plan.release.index, "index", text, listings, { algorithms })];
}

interface ChecksumList {
  readonly name: string;
  readonly algorithm: DigestAlgorithm;
  readonly subject: string | undefined;
  readonly about: readonly Listing[];
}

/** Combined lists, and for split ones a list per artifact. */
async function checksumsOfRelease(
  { plan, cache, render }: CloseRequest,
  listings: readonly Listing[],
): Promise<readonly Listing[]> {
  const release = { artifacts: entriesOf(listings) };
  const covered = listings.filter(({ entry }) => coveredBy(release, undefined).includes(entry));
  const lists = plan.release.checksums.flatMap(({ name, algorithm, split }): readonly ChecksumList[] => {
    const known = knownAlgorithm(algorithm);
    if (!split) return [{ name, algorithm: known, subject: undefined, about: covered }];
    return covered.map((one) => ({
      name: render(name, { artifact: artifactScope(one.artifact), algorithm }).trim(),
      algorithm: known,
      subject: one.entry.name,
      about: [one],
    }));
  });
  return Promise.all(
    lists.map(({ name, algorithm, subject, about }) => {
      const text = checksumsText(release, algorithm, subject);
      return keepText(cache, name, "checksums", text, about, { subject, attributes: { algorithm } });
    }),
  );
}

interface TextOptions {
  /** Name of the one artifact it vouches for. */
  readonly subject?: string | undefined;
  readonly attributes?: JsonObject;
  /** Digests to take besides SHA-256. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

/** Keeps a list's bytes and lists the list. */
async function keepText(
  cache: CloseRequest["cache"],
  name: string,
  type: ArtifactType,
  text: string,
  about: readonly Listing[],
  { subject, attributes = {}, algorithms = [] }: TextOptions = {},
): Promise<Listing> {
  const bytes = Buffer.from(text);
  const held = await cache.keepBytes(bytes);
  const hasher = multiHasher(["sha256", ...algorithms]);
  hasher.update(bytes);
  const { size, digests } = hasher.finish();
  const refs = about.map(({ artifact }) => artifact.digest);
  const artifact: Artifact = {
    name,
    type,
    listed: true,
    attributes,
    ...held,
    ...(subject === undefined ? { refs } : { refs: [], subject: refs[0] }),
  };
  return { artifact, entry: { name, type, size, digests, subject, attributes } };
}

function entriesOf(listings: readonly Listing[]): readonly Listing["entry"][] {
  return listings.map(({ entry }) => entry);
}

function factsOf(plan: Plan): ReleaseFacts {
  const { version, tag, commit, epoch, isSnapshot, isNightly, isPrerelease } = plan;
  // Time only goes on, so the clock of a release is also its number among the releases of its channel.
  return {
    product: plan.project,
    version,
    tag,
    sequence: epoch,
    channel: plan.release.channel,
    commit,
    epoch,
    isSnapshot,
    isNightly,
    isPrerelease,
  };
}

function knownAlgorithm(name: string): DigestAlgorithm {
  if (isDigestAlgorithm(name)) return name;
  throw new Problem("plan.invalid", `"${name}" is no checksum algorithm`);
}

/** Names differ on every file system: letter case tells nothing apart on Windows and macOS. */
function refuseNames(names: readonly string[]): void {
  const taken = new Map([[releaseName, "the Release itself"]]);
  for (const name of names) {
    const why = unusableName(name);
    if (why !== undefined) throw new Problem("plan.invalid", `"${name}" cannot be an artifact's name: ${why}`);
    const other = taken.get(name.toLowerCase());
    if (other !== undefined)
      throw new Problem("plan.collision", `two artifacts would be called "${name}"`, {
        hint: other === name ? "Rename one of them." : `The other is ${other}.`,
      });
    taken.set(name.toLowerCase(), name);
  }
}
