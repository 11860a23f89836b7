/** What was released, as data: what it is, its files with their digests, who vouches for them, and where it is. */
import type { ReleaseAbout } from "../../model/about.ts";
import { type Artifact, hexOf } from "../../model/artifact.ts";
import type { ImageAttributes } from "../../model/image.ts";
import type { JsonObject } from "../../model/json.ts";
import { formatPlatform } from "../../model/platform.ts";
import type { SurveyedPlace } from "./survey.ts";

export interface SummaryArtifact {
  readonly name: string;
  readonly type: string;
  /** `linux/amd64`; empty for what fits every machine. */
  readonly target: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** Of an image: the digest that registries know it by, and its names there. */
  readonly image?: { readonly digest: string; readonly names: readonly string[] } | undefined;
}

export interface Summary {
  readonly about: ReleaseAbout;
  /** Digest of release.json, which covers everything. */
  readonly release: string;
  /** Without signatures; sorted as the Release has them. */
  readonly artifacts: readonly SummaryArtifact[];
  readonly signatures: readonly { readonly name: string; readonly of: string }[];
  readonly places: readonly SurveyedPlace[];
  /** Whether all places have all of it. */
  readonly isComplete: boolean;
}

export function summaryOf(
  about: ReleaseAbout,
  artifacts: readonly Artifact[],
  places: readonly SurveyedPlace[],
): Summary {
  const byDigest = new Map(artifacts.map(({ digest, name }) => [digest, name]));
  return {
    about,
    release: artifacts.find(({ type }) => type === "release")?.digest ?? "",
    artifacts: artifacts.filter(({ type }) => type !== "signature").map(described),
    signatures: artifacts
      .filter(({ type }) => type === "signature")
      .map(({ name, subject }) => ({ name, of: subject === undefined ? "" : (byDigest.get(subject) ?? "") })),
    places,
    isComplete: places.every(
      ({ outcome, problems }) => (outcome === "done" || outcome === "already") && problems.length === 0,
    ),
  };
}

function described({ name, type, platform, size, digest, attributes }: Artifact): SummaryArtifact {
  const of = {
    name,
    type,
    target: platform === undefined ? "" : formatPlatform(platform),
    size,
    sha256: hexOf(digest),
  };
  if (type !== "image") return of;
  const { digest: manifest, names } = attributes as Partial<ImageAttributes>;
  return manifest === undefined
    ? of
    : { ...of, image: { digest: manifest, names: (names ?? []).map((one) => one.name) } };
}

/** `release-summary.json`: `docs/reports.md` describes it. */
export function summaryJson({ about, release, artifacts, signatures, places, isComplete }: Summary): JsonObject {
  const { project, title, version, tag, previousTag, commit, epoch, channel, isNightly, isPrerelease } = about;
  const date = new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
  return {
    project,
    title,
    version,
    tag,
    previousTag,
    commit,
    date,
    channel,
    isNightly,
    isPrerelease,
    release,
    complete: isComplete,
    artifacts: artifacts.map(({ image, ...of }) => ({
      ...of,
      ...(image === undefined ? {} : { image: { ...image } }),
    })),
    signatures: signatures.map((signature) => ({ ...signature })),
    places: places.map(({ problems, ...place }) => ({ ...place, problems: problems.map(({ message }) => message) })),
  };
}
