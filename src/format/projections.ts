/** What the lists beside release.json say: each is computed from the Release, so that none can have a second opinion. */
import { type DigestAlgorithm, isDigestAlgorithm } from "./digest.ts";
import { writeChecksums } from "./checksums.ts";
import type { Release, ReleaseArtifact, ReleaseFacts } from "./release.ts";
import { indexOf, writeIndex } from "./release-index.ts";
import { writeSignatureList } from "./signature-list.ts";

/** Types that checksum lists leave out: lists that come after them, and the notes, which are read as a page and rarely downloaded. */
const unlisted: ReadonlySet<string> = new Set(["checksums", "notes", "signatures", "release"]);

/** The artifacts that a checksum list covers: one, where it has a subject, else all. */
export function coveredBy(
  release: Pick<Release, "artifacts">,
  subject: string | undefined,
): readonly ReleaseArtifact[] {
  return release.artifacts.filter((artifact) =>
    subject === undefined ? !unlisted.has(artifact.type) && !isSignature(artifact) : artifact.name === subject,
  );
}

/** Whether an artifact is a signature of another one of the Release, and not one that stands for itself beside a package. */
export function isSignature({ type, subject }: ReleaseArtifact): boolean {
  return type === "signature" && subject !== undefined;
}

/** The text of the list of signatures: of each its subject, its form, and which key made it. */
export function signatureListText(release: ReleaseFacts & Pick<Release, "artifacts">): string {
  return writeSignatureList({
    product: release.product,
    version: release.version,
    signatures: release.artifacts.filter(isSignature),
  });
}

/** The text of a checksum list. Fails when an artifact it covers was never measured by its algorithm. */
export function checksumsText(
  release: Pick<Release, "artifacts">,
  algorithm: DigestAlgorithm,
  subject: string | undefined,
): string {
  return writeChecksums(
    coveredBy(release, subject).map(({ name, digests }) => {
      const digest = digests[algorithm];
      if (digest === undefined) throw new Error(`${name} has no ${algorithm}`);
      return { name, digest };
    }),
  );
}

/** The algorithm that a listed checksum list says it uses, or undefined when it names none that is known. */
export function algorithmOf({ attributes }: ReleaseArtifact): DigestAlgorithm | undefined {
  const algorithm = attributes?.["algorithm"];
  return typeof algorithm === "string" && isDigestAlgorithm(algorithm) ? algorithm : undefined;
}

/**
 * The text that a listed artifact must have because it is a projection of the Release; undefined for all others, and for a
 * checksum list that does not say enough to be computed.
 */
export function projectionText(release: Release, artifact: ReleaseArtifact): string | undefined {
  if (artifact.type === "index") return writeIndex(indexOf(release));
  if (artifact.type === "signatures") return signatureListText(release);
  if (artifact.type !== "checksums") return undefined;
  const algorithm = algorithmOf(artifact);
  if (algorithm === undefined) return undefined;
  const isMeasured = coveredBy(release, artifact.subject).every(({ digests }) => digests[algorithm] !== undefined);
  return isMeasured ? checksumsText(release, algorithm, artifact.subject) : undefined;
}
