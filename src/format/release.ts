/** Writes and reads release.json: the Release as an in-toto Statement v1 whose subjects are all its artifacts. */
import { createHash } from "node:crypto";

import type { ArtifactType } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { unusableName } from "../model/name.ts";
import { Problem } from "../model/problem.ts";
import { formatTime } from "../model/time.ts";
import { type DigestAlgorithm, digestAlgorithms } from "./digest.ts";
import { readDocument, writeDocument } from "./json-document.ts";
import { type Statement, predicateType, statement, statementType } from "./release-statement.ts";

/** A program inside an artifact, or the artifact itself when it is a bare program. */
export interface ReleaseBinary {
  /** Its path in the archive; the artifact's name for a bare program. */
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** One artifact as the Release lists it. */
export interface ReleaseArtifact {
  /** The file's name; unique in the Release. */
  readonly name: string;
  readonly type: ArtifactType;
  /** `linux/arm/7`; absent for what is the same everywhere. */
  readonly platform?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex, by algorithm. */
  readonly digests: Readonly<Partial<Record<DigestAlgorithm, string>>> & { readonly sha256: string };
  readonly binaries?: readonly ReleaseBinary[] | undefined;
  /** Name of the artifact it vouches for. */
  readonly subject?: string | undefined;
  /** Where it can be fetched when that is not beside this file. */
  readonly url?: string | undefined;
  /** What its kind says of it: `format`, `build`, ... */
  readonly attributes?: JsonObject | undefined;
}

/** What is released, without its artifacts. */
export interface ReleaseFacts {
  readonly product: string;
  readonly version: string;
  /** Empty for a snapshot of an untagged commit. */
  readonly tag: string;
  /** Grows with every release of a channel, so that an older one offered as new is noticed. */
  readonly sequence: number;
  readonly channel: string;
  readonly commit: string;
  /** The release's clock, in seconds since 1970. */
  readonly epoch: number;
  readonly isSnapshot: boolean;
  readonly isNightly: boolean;
  readonly isPrerelease: boolean;
}

export interface Release extends ReleaseFacts {
  /** Names of the files that sign it, sorted: it cannot list their bytes. */
  readonly signatures?: readonly string[] | undefined;
  /** Sorted by name. */
  readonly artifacts: readonly ReleaseArtifact[];
}

/** The file's text. Artifacts may come in any order; names must differ. */
export function writeRelease(release: Release): string {
  return writeStatement(release, selfDigest(release));
}

/**
 * Nothing lists release.json, since it lists everything; so it holds its own SHA-256, taken while the 64 digits of that are
 * zeros. It tells damage, and says which file is damaged. It does not tell forgery: signatures do.
 */
function selfDigest(release: Release): string {
  return createHash("sha256")
    .update(writeStatement(release, "0".repeat(64)))
    .digest("hex");
}

function writeStatement(release: Release, self: string): string {
  const artifacts = release.artifacts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const signatures = release.signatures?.toSorted() ?? [];
  return writeDocument({
    _type: statementType,
    subject: artifacts.map(({ name, digests }) => ({ name, digest: { sha256: digests.sha256 } })),
    predicateType,
    predicate: {
      purl: purlOf(release),
      product: release.product,
      version: release.version,
      tag: release.tag,
      sequence: release.sequence,
      channel: release.channel,
      commit: release.commit,
      date: formatTime(release.epoch),
      snapshot: release.isSnapshot,
      nightly: release.isNightly,
      prerelease: release.isPrerelease,
      ...(signatures.length === 0 ? {} : { signatures }),
      artifacts,
      self: { sha256: self },
    },
  });
}

/** Reads a release.json. Fails with `format.invalid`, naming each field that is wrong, and when its parts contradict each other. */
export function readRelease(text: string, file: string): Release {
  const { predicate, subject } = readDocument(text, statement, file);
  const { date, snapshot, nightly, prerelease, purl, artifacts: listed, self, ...facts } = predicate;
  const release = {
    ...facts,
    epoch: Date.parse(date) / 1000,
    isSnapshot: snapshot,
    isNightly: nightly,
    isPrerelease: prerelease,
    // The schema has checked what the type says beyond it.
    artifacts: listed as readonly ReleaseArtifact[],
  };
  const isWhole = self.sha256 === selfDigest(release);
  const contradiction =
    contradictionIn(release, purl, subject) ?? (isWhole ? undefined : "it was changed after it was written");
  if (contradiction !== undefined) throw new Problem("format.invalid", `${file}: ${contradiction}`);
  return release;
}

type Subjects = Statement["subject"];

function contradictionIn(release: Release, purl: string, subjects: Subjects): string | undefined {
  const { artifacts } = release;
  if (purl !== purlOf(release)) return `predicate.purl: expected ${purlOf(release)}`;
  if (subjects.length !== artifacts.length) return "subject: the artifacts are others than predicate.artifacts has";
  const names = new Set(artifacts.map(({ name }) => name));
  const folded = new Set<string>();
  for (const [index, { name, digests, subject }] of artifacts.entries()) {
    const field = `predicate.artifacts[${index}]`;
    const previous = artifacts[index - 1];
    const unusable = unusableName(name) ?? reservedName(name);
    if (unusable !== undefined) return `${field}.name: ${unusable}`;
    if (previous !== undefined && previous.name >= name)
      return `${field}.name: artifacts are not sorted by name, or one comes twice`;
    // One file on the disks of Windows and macOS.
    const same = name.normalize("NFC").toLowerCase();
    if (folded.has(same)) return `${field}.name: another differs in letter case or composition only`;
    folded.add(same);
    for (const [algorithm, digest] of Object.entries(digests)) {
      if (digest.length !== digestAlgorithms[algorithm as DigestAlgorithm].digits)
        return `${field}.digests.${algorithm}: wrong length`;
    }
    const twin = subjects[index];
    if (twin?.name !== name || twin.digest.sha256 !== digests.sha256)
      return `subject[${index}]: it differs from ${field}`;
    if (subject !== undefined && !names.has(subject)) return `${field}.subject: no artifact has this name`;
  }
  return undefined;
}

/** The Release and its signatures list everything else, and are listed nowhere. */
function reservedName(name: string): string | undefined {
  return /^release\.json(\.|$)/i.test(name) ? "a name that the Release keeps for itself and its signatures" : undefined;
}

/** The package URL the predicate requires, of the type for what no registry names (purl-spec, `generic`). */
function purlOf({ product, version }: ReleaseFacts): string {
  return `pkg:generic/${encodeURIComponent(product)}@${encodeURIComponent(version)}`;
}
