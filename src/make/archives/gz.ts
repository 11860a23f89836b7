/** The archive format `gz`: one program, compressed, without a name or mode of its own. */
import { gzip } from "../../format/gzip.ts";
import type { ArchiveFormat } from "./format.ts";

export const gz: ArchiveFormat = {
  kind: "gz",
  summary: "One program compressed by gzip, for each binary; unpack with gunzip.",
  example: "archives:\n  - format: gz\n",
  extension: ".gz",
  single: true,
  makes: "archive",
  version: 1,
  write: (entries, compressor) =>
    gzip(
      entries.flatMap((entry) => (entry.type === "file" ? [entry.content] : [])),
      compressor,
    ),
};
