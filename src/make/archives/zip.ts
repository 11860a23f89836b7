/** The archive format `zip`. */
import { zip as writeZip } from "../../format/zip/write.ts";
import type { ArchiveFormat } from "./format.ts";

export const zip: ArchiveFormat = {
  kind: "zip",
  summary: "A zip archive with Unix modes; what Windows opens by itself.",
  example: "archives:\n  - format: zip\n",
  extension: ".zip",
  single: false,
  makes: "archive",
  version: 1,
  write: (entries, _, onSplice) => writeZip(entries, { onSplice }),
};
