/** The archive format `tar.gz`. */
import { gzip } from "../../format/gzip.ts";
import { tarSegments } from "../../format/tar/write.ts";
import type { ArchiveFormat } from "./format.ts";

export const tarGz: ArchiveFormat = {
  kind: "tar.gz",
  summary: "A tar archive in one gzip member; the format everything reads.",
  example: "archives:\n  - format: { default: tar.gz, windows: zip }\n",
  extension: ".tar.gz",
  single: false,
  makes: "archive",
  version: 1,
  write: (entries, compressor, onSplice) => gzip(tarSegments(entries, { dialect: "pax" }), compressor, onSplice),
};
