/** The archive format `binary`: the program as it is. */
import { plain } from "../../format/plain.ts";
import type { ArchiveFormat } from "./format.ts";

export const binary: ArchiveFormat = {
  kind: "binary",
  summary: "The program itself, under the archive's name, for each binary; files of the entry are left out.",
  example: 'archives:\n  - name: "{{ binary }}_{{ os }}_{{ arch }}"\n    format: binary\n',
  extension: "",
  single: true,
  makes: "binary",
  version: 1,
  write: (entries) => plain(entries.flatMap((entry) => (entry.type === "file" ? [entry.content] : []))),
};
