/** Reads rpm packages up to their payload, and says what files it holds. */
import { createHash } from "node:crypto";

import { Problem } from "../../model/problem.ts";
import type { CpioHeader } from "../cpio/header.ts";
import type { ByteReader } from "../deflate/byte-reader.ts";
import { leadMagic, leadSize } from "./lead.ts";
import { namedValues, readHeader } from "./read-header.ts";
import { headerTags, type HeaderValues, signatureTags, type SignatureValues } from "./tags.ts";

export interface RpmPackage {
  readonly signature: SignatureValues;
  readonly header: HeaderValues;
  /** The header as it stands in the package: what signatures are of. */
  readonly headerBytes: Uint8Array;
  /** Where the payload begins. */
  readonly payloadOffset: number;
}

/**
 * Lead and headers (rpm, docs/manual/format_v4.md, format_v6.md); what comes next from `reader` is the payload. Fails with `format.invalid`
 * on damage, and where the header is not the one that the signature header's digests are of.
 */
export async function readRpm(reader: ByteReader): Promise<RpmPackage> {
  const lead = await reader.take(leadSize);
  if (lead.length < leadSize || Buffer.compare(lead.subarray(0, leadMagic.length), leadMagic) !== 0)
    throw new Problem("format.invalid", "The file is no rpm package");
  const signed = await readHeader(reader, "signature");
  const gap = (8 - (signed.bytes.length % 8)) % 8;
  await reader.take(gap);
  const header = await readHeader(reader, "header");
  const signature = namedValues(signatureTags, signed.values);
  checkDigests(signature, header.bytes);
  return {
    signature,
    header: namedValues(headerTags, header.values),
    headerBytes: header.bytes,
    payloadOffset: leadSize + signed.bytes.length + gap + header.bytes.length,
  };
}

function checkDigests(signature: SignatureValues, header: Uint8Array): void {
  for (const [name, algorithm] of [
    ["sha1", "sha1"],
    ["sha256", "sha256"],
    ["sha3", "sha3-256"],
  ] as const) {
    const digest = signature[name];
    if (digest !== undefined && createHash(algorithm).update(header).digest("hex") !== digest)
      throw new Problem(
        "format.invalid",
        `The header of the rpm package does not have the ${algorithm} it should have`,
      );
  }
}

/** Every file that the header lists, in its order, as the payload's stripped form refers to them. Sizes are those in the payload. */
export function filesOf(header: HeaderValues): readonly CpioHeader[] {
  const { baseNames = [], dirNames = [], dirIndexes = [], fileModes = [], fileMtimes = [], fileInodes = [] } = header;
  const sizes = header.longFileSizes ?? header.fileSizes ?? [];
  return baseNames.map((name, index) => ({
    path: pathIn(dirNames[dirIndexes[index] ?? 0] ?? "/", name),
    mode: fileModes[index] ?? 0,
    mtime: fileMtimes[index] ?? 0,
    inode: fileInodes[index] ?? 0,
    size: isDirectory(fileModes[index] ?? 0) ? 0 : (sizes[index] ?? 0),
  }));
}

/** Those of a source package have no folder. */
function pathIn(folder: string, name: string): string {
  return folder === "" ? name : `.${folder}${name}`;
}

/** Bits of `st_mode`, which neither change nor depend on the system. */
export const fileTypes = { mask: 0o170_000, file: 0o100_000, directory: 0o040_000, symlink: 0o120_000 } as const;

function isDirectory(mode: number): boolean {
  return (mode & fileTypes.mask) === fileTypes.directory;
}
