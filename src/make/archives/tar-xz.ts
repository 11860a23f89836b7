/** The archive format `tar.xz`. */
import { tarSegments } from "../../format/tar/write.ts";
import { xz } from "../../format/xz.ts";
import type { ArchiveFormat } from "./format.ts";

export const tarXz: ArchiveFormat = {
  kind: "tar.xz",
  summary: "A tar archive in xz streams: the smallest, and by far the slowest to make.",
  example: "archives:\n  - format: tar.xz\n",
  extension: ".tar.xz",
  single: false,
  makes: "archive",
  version: 1,
  write: (entries, compressor, onSplice) => xz(tarSegments(entries, { dialect: "pax" }), compressor, onSplice),
};
