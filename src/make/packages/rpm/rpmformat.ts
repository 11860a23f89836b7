/** The versions of the rpm package format, and what each says in its own way (rpm, docs/manual/format_v4.md, format_v6.md). */
import type { HeaderValues, SignatureValues } from "../../../format/rpm/tags.ts";
import type { PackageEntry } from "../format.ts";
import { nvrOf, type RpmFields } from "./fields.ts";
import { classTags, mediaTags } from "./file-types.ts";
import { type FileList, fileTags, hasLargeFiles } from "./files.ts";
import type { MoreDigests, Payload } from "./payload.ts";
import { rpmlib, type RpmRelation } from "./relation.ts";
import { digests4, digests6 } from "./signature-digests.ts";
import { evrOf } from "./version.ts";

export interface RpmFormat {
  /** Whether the lead says the architecture, as it did in version 3. */
  readonly hasArchInLead: boolean;
  /** Digests of the payload besides SHA-256. */
  readonly digests: readonly MoreDigests[];
  /** Whether a signature must be one that rpm 4 reads too. */
  readonly isForRpm4: boolean;
  /** The tag of the signature header that keeps room for signatures. */
  readonly room: "reservedSpace" | "reserved";
  /** Whether sizes have 64 bits and the payload's members are known only by their place in the header. */
  isWide(entries: readonly PackageEntry[]): boolean;
  fileTags(files: FileList, payload: Payload): HeaderValues;
  /** What the header says of the payload's bytes, besides how they are compressed. */
  payloadTags(payload: Payload): HeaderValues;
  /** What a binary package's header says of the source package. */
  sourceTags(fields: RpmFields): HeaderValues;
  /** The signature header without signatures. */
  signatureDigests(header: Uint8Array, payload: Payload): Promise<SignatureValues>;
}

export const rpmFormats: Readonly<Record<RpmFields["rpmformat"], RpmFormat>> = {
  4: {
    hasArchInLead: true,
    digests: [],
    isForRpm4: true,
    room: "reservedSpace",
    isWide: hasLargeFiles,
    fileTags: (files, { types }) => ({
      ...fileTags(files, hasLargeFiles(files.entries)),
      ...classTags(files.entries, types),
    }),
    payloadTags: ({ digests, plainDigests }) => ({
      payloadDigest: [digests.sha256],
      payloadDigestAlgo: [8],
      payloadDigestAlt: [plainDigests.sha256],
    }),
    sourceTags: (fields) => ({ sourceRpm: `${nvrOf(fields)}.src.rpm` }),
    signatureDigests: digests4,
  },
  6: {
    hasArchInLead: false,
    digests: ["sha512", "sha3-256"],
    isForRpm4: false,
    room: "reserved",
    isWide: () => true,
    fileTags: (files, { types }) => ({
      ...fileTags(files, true),
      ...mediaTags(files.entries, types),
      fileDigestAlgo: [8],
    }),
    payloadTags: ({ size, plainSize, digests, plainDigests }) => ({
      rpmFormat: [6],
      payloadSize: [size],
      payloadSizeAlt: [plainSize],
      payloadDigest: [digests.sha256],
      payloadDigestAlt: [plainDigests.sha256],
      payloadSha512: digests.sha512,
      payloadSha512Alt: plainDigests.sha512,
      payloadSha3: digests["sha3-256"],
      payloadSha3Alt: plainDigests["sha3-256"],
    }),
    sourceTags: (fields) => ({ sourceRpm: `${nvrOf(fields)}.src.rpm`, sourceNevr: nevrOf(fields) }),
    signatureDigests: digests6,
  },
};

/** What the payload's form asks of rpm. */
export function payloadRequires({ isWide }: RpmFormat, entries: readonly PackageEntry[]): readonly RpmRelation[] {
  return entries.length > 0 && isWide(entries) ? [rpmlib("LargeFiles", "4.12.0-1")] : [];
}

/** `name-[epoch:]version-release` */
function nevrOf({ name, epoch, version, release }: RpmFields): string {
  return `${name}-${evrOf({ epoch: epoch ?? undefined, version, release })}`;
}
