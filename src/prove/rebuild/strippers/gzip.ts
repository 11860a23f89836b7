/** Gzip: how bytes were compressed, when, and under which name; what they are stays. */
import { readChunks } from "../../../format/file.ts";
import { gunzip } from "../../../format/inflate.ts";
import { digestOfBytes, formatOf, type Stripper } from "./kind.ts";

const formats: ReadonlySet<string> = new Set(["gz", "tar.gz"]);

export const gzip: Stripper = {
  name: "gzip",
  applies: (artifact) => formats.has(formatOf(artifact)),
  digest: (path) => digestOfBytes(gunzip(readChunks(path))),
};
