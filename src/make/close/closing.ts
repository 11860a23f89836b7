/** What closing a Release is given, and how a list's bytes are kept and listed. */
import { type DigestAlgorithm, multiHasher } from "../../format/digest.ts";
import type { ReleaseFacts } from "../../format/release.ts";
import type { Artifact, ArtifactType } from "../../model/artifact.ts";
import type { Cache } from "../../model/cache.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Plan } from "../../model/plan.ts";
import type { SignaturePlan } from "../../model/release-plan.ts";
import type { FileToSign } from "../../model/signer.ts";
import type { Text } from "../../model/template.ts";
import type { Listing } from "../listing.ts";
import type { Evidence } from "../provenance.ts";

export interface CloseRequest {
  readonly plan: Plan;
  /** What each Step made, by its id. */
  readonly made: ReadonlyMap<string, readonly Artifact[]>;
  readonly cache: Pick<Cache, "open" | "keepBytes" | "pathOf" | "recall" | "remember">;
  /** Renders the names of files that are written per artifact. */
  readonly render: (source: string, scope: JsonObject) => string;
  readonly sign: SignFile;
  /** What the run left behind about how it was made; needed where the Release has a provenance. */
  readonly evidence?: Evidence | undefined;
  /** Take no remembered signatures. */
  readonly noCache?: boolean | undefined;
}

/** The bytes of a signature's file. Fails with `key.missing` or `key.invalid`, or as a command does. */
export type SignFile = (planned: SignaturePlan, file: FileToSign) => Promise<Uint8Array>;

/** What all parts of closing share. */
export interface Closing extends CloseRequest {
  readonly facts: ReleaseFacts;
  /** Of the checksum lists. */
  readonly algorithms: readonly DigestAlgorithm[];
}

export function factsOf(plan: Plan): ReleaseFacts {
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

/** A file name that may wait for late values. */
export function renderName({ render }: Pick<CloseRequest, "render">, name: Text, late: JsonObject): string {
  return (typeof name === "string" ? name : render(name.late, { ...name.with, ...late })).trim();
}

interface KeepOptions {
  /** Name of the one artifact it vouches for. */
  readonly subject?: string | undefined;
  readonly attributes?: JsonObject;
  /** Digests to take besides SHA-256. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

export function keepText(
  cache: CloseRequest["cache"],
  name: string,
  type: ArtifactType,
  text: string,
  about: readonly Listing[],
  options: KeepOptions = {},
): Promise<Listing> {
  return keepBytes(cache, name, type, Buffer.from(text), about, options);
}

/** Keeps the bytes of what is made while closing, and lists it. */
export async function keepBytes(
  cache: CloseRequest["cache"],
  name: string,
  type: ArtifactType,
  bytes: Uint8Array,
  about: readonly Listing[],
  { subject, attributes = {}, algorithms = [] }: KeepOptions = {},
): Promise<Listing> {
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
