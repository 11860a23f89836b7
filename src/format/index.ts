/** The package's `slipway/format`: every format as streams of bytes, written and read. */

export { type Codec, type Compressed, type Compressor, type Content, type Piece, type Segment } from "./segment.ts";
export { contentOf } from "./content.ts";
export { createCompressor, type CompressorOptions } from "./compressor.ts";
export { plain } from "./plain.ts";
export { gzip } from "./gzip.ts";
export { gunzip, inflate } from "./inflate.ts";
export { unzstd, zstd } from "./zstd.ts";
export { unxz, xz } from "./xz.ts";
export { type TarDialect, type TarEntry, type TarMember } from "./tar/entry.ts";
export { tarSegments, type TarOptions } from "./tar/write.ts";
export { readTar, type ReadTarOptions } from "./tar/read.ts";
export { type ZipEntry, type ZipMember } from "./zip/entry.ts";
export { zip, type ZipOptions } from "./zip/write.ts";
export { readZip, type ReadZipOptions } from "./zip/read.ts";
export { inFile, inMemory, type RandomAccess } from "./random-access.ts";
export { memberFormats, readMembers } from "./members.ts";
export type { Member } from "./members/member.ts";
export { type Checksum, readChecksums, writeChecksums } from "./checksums.ts";
export {
  type DigestAlgorithm,
  digestAlgorithms,
  digestOf,
  isDigestAlgorithm,
  measure,
  type Measured,
} from "./digest.ts";
export {
  type Release,
  type ReleaseArtifact,
  type ReleaseBinary,
  type ReleaseFacts,
  readRelease,
  writeRelease,
} from "./release.ts";
export { type IndexFile, indexOf, readIndex, type ReleaseIndex, writeIndex } from "./release-index.ts";
export { verified } from "./verified.ts";
