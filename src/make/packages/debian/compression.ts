/** Ways a deb's contents may be compressed (deb(5)), each as one stream: dpkg reads no further than the first. */
import { gzip } from "../../../format/gzip.ts";
import { plain } from "../../../format/plain.ts";
import type { Compressor, Segments } from "../../../format/segment.ts";
import type { OnSplice } from "../../../format/splices.ts";
import { xzSingle } from "../../../format/xz.ts";
import { zstdSingle } from "../../../format/zstd.ts";

export const debCompressions = ["gzip", "zstd", "xz", "none"] as const;

export type DebCompression = (typeof debCompressions)[number];

export interface Compression {
  /** Behind `data.tar`. */
  readonly extension: string;
  /** By which `format/members.ts` reads it. */
  readonly archive: string;
  write(segments: Segments, compressor: Compressor, onSplice: OnSplice): AsyncIterable<Uint8Array>;
}

export const compressions: Readonly<Record<DebCompression, Compression>> = {
  gzip: { extension: ".gz", archive: "tar.gz", write: gzip },
  zstd: { extension: ".zst", archive: "tar.zst", write: zstdSingle },
  xz: { extension: ".xz", archive: "tar.xz", write: xzSingle },
  none: { extension: "", archive: "tar", write: (segments) => plain(segments) },
};
