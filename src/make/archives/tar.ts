/** The archive format `tar`: no compression. */
import { plain } from "../../format/plain.ts";
import { tarSegments } from "../../format/tar/write.ts";
import type { ArchiveFormat } from "./format.ts";

export const tar: ArchiveFormat = {
  kind: "tar",
  summary: "A tar archive without compression (POSIX.1-2001; PAX headers only where a name or size needs them).",
  example: "archives:\n  - format: tar\n",
  extension: ".tar",
  single: false,
  makes: "archive",
  version: 1,
  write: (entries) => plain(tarSegments(entries, { dialect: "pax" })),
};
