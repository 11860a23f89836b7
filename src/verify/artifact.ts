/** Checks one artifact of a Release against its file, reading the file once where its format allows. */
import type { DigestAlgorithm } from "../format/digest.ts";
import { isStreamed, memberFormats } from "../format/members.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { Problem } from "../model/problem.ts";
import { digestOfHex } from "../model/artifact.ts";
import type { FileToSign } from "../model/signer.ts";
import { type ArchiveContent, readArchive } from "./archive.ts";
import { accountOf, compareAccount } from "./accounts.ts";
import { attempt } from "./attempt.ts";
import { compareDigests, compareSize, watch } from "./bytes.ts";
import { checkImage } from "./image.ts";
import { compareList, isList } from "./lists.ts";
import { type CheckedSignature, checkSignature, mostSignature } from "./signed.ts";
import { readWhole } from "./read-whole.ts";
import type { Trust } from "./trust.ts";
import type { Check } from "./verdict.ts";

export interface CheckedArtifact {
  readonly checks: readonly Check[];
  /** Of its signatures, in their order, which are among the checks too. */
  readonly signatures: readonly CheckedSignature[];
  /** Bytes of the file. */
  readonly bytes: number;
}

/** A listed signature of the artifact. */
export interface SignatureOf {
  readonly path: string;
  readonly subject: string;
  readonly artifact: ReleaseArtifact;
}

export interface ArtifactFile {
  readonly path: string;
  /** How checks name it. */
  readonly subject: string;
  /** Whether archives are opened. */
  readonly archives: boolean;
  readonly trust: Trust;
  /** Those whose files are there. */
  readonly signatures: readonly SignatureOf[];
}

/** All checks of an artifact against its file. */
export async function checkArtifact(
  release: Release,
  artifact: ReleaseArtifact,
  { path, subject, archives, trust, signatures }: ArtifactFile,
): Promise<CheckedArtifact> {
  const passing = watch(path, Object.keys(artifact.digests) as DigestAlgorithm[]);
  const format = archives ? archiveFormat(artifact) : undefined;
  const content = format === undefined ? undefined : await openArchive(format, path, subject, artifact, passing.bytes);
  const signed: CheckedSignature[] = [];
  for (const each of signatures) signed.push(await checkListed(each, fileOf(artifact, passing.bytes), trust));
  let bytes = 0;
  const checks = [
    await attempt("digest", subject, async () => {
      const measured = await passing.measured();
      bytes = measured.size;
      return compareDigests(artifact, measured);
    }),
  ];
  if (content !== undefined) checks.push(content.check);
  if (archives && artifact.type === "image")
    checks.push(await attempt("image", subject, () => checkImage(artifact, path)));
  if (archives && artifact.binaries !== undefined) checks.push(await checkPrograms(artifact, subject, content?.found));
  if (isList(artifact))
    checks.push(await attempt("list", subject, () => compareList(release, artifact, passing.bytes(), bytes)));
  if (accountOf(artifact) !== undefined)
    checks.push(await attempt("list", subject, () => compareAccount(release, artifact, path)));
  return { checks: [...checks, ...signed.map(({ check }) => check)], signatures: signed, bytes };
}

/** Whether what it says is compared with the Release, for which it has to be read. */
export function isRead(artifact: ReleaseArtifact): boolean {
  return isList(artifact) || accountOf(artifact) !== undefined;
}

/** Its size alone, for a file whose bytes somebody else reads. */
export async function checkSize(artifact: ReleaseArtifact, path: string, subject: string): Promise<CheckedArtifact> {
  const check = await attempt("digest", subject, () => compareSize(artifact, path));
  return { checks: [check], signatures: [], bytes: artifact.size };
}

/** Its bytes are compared with the Release's word for them elsewhere; here with what they sign. */
async function checkListed(
  { path, subject, artifact }: SignatureOf,
  file: FileToSign,
  trust: Trust,
): Promise<CheckedSignature> {
  let bytes: Uint8Array | undefined;
  const readable = await attempt("signature", subject, async () => {
    bytes = await readWhole(path, mostSignature);
    return "";
  });
  if (bytes === undefined) return { check: readable, by: undefined, isRead: false };
  return checkSignature({ subject, bytes, claims: artifact.attributes ?? {} }, file, trust);
}

function fileOf({ name, digests, size }: ReleaseArtifact, open: FileToSign["open"]): FileToSign {
  return { name, digest: digestOfHex(digests.sha256), size, open };
}

interface OpenedArchive {
  readonly check: Check;
  readonly found: ArchiveContent | undefined;
}

async function openArchive(
  format: string,
  path: string,
  subject: string,
  { binaries = [] }: ReleaseArtifact,
  bytes: () => AsyncIterable<Uint8Array>,
): Promise<OpenedArchive> {
  let found: ArchiveContent | undefined;
  const check = await attempt("archive", subject, async () => {
    if (!memberFormats.includes(format)) throw new Problem("verify.unavailable", `no reader for ${format}`);
    found = await readArchive(format, path, isStreamed(format) ? bytes() : noBytes(), binaries);
    return `${format}, ${found.members} ${found.members === 1 ? "member" : "members"}`;
  });
  return { check, found };
}

/** The format to open it as; undefined for what is no archive, such as a bare program. */
function archiveFormat({ type, attributes }: ReleaseArtifact): string | undefined {
  const format = attributes?.["format"];
  if (type === "package") return typeof format === "string" && memberFormats.includes(format) ? format : undefined;
  if (type !== "archive" && type !== "source" && type !== "chart") return undefined;
  return typeof format === "string" ? format : "an unknown format";
}

function checkPrograms(
  { name, binaries = [], digests }: ReleaseArtifact,
  subject: string,
  found: ArchiveContent | undefined,
): Promise<Check> {
  return attempt("program", subject, async () => {
    const wrong = found?.wrongPrograms ?? bareProgram(name, binaries, digests.sha256);
    if (wrong === undefined) throw new Problem("verify.unavailable", "what is inside could not be read");
    if (wrong.length > 0) throw new Problem("verify.mismatch", wrong.join("; "));
    return binaries.map(({ path }) => path).join(", ");
  });
}

/** A program that is its own artifact needs no opening; of anything else nothing is known without. */
function bareProgram(
  name: string,
  binaries: NonNullable<ReleaseArtifact["binaries"]>,
  sha256: string,
): readonly string[] | undefined {
  if (binaries.some(({ path }) => path !== name)) return undefined;
  return binaries.filter((binary) => binary.sha256 !== sha256).map(({ path }) => `${path} is said to have two digests`);
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
