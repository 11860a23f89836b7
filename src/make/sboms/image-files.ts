/** The few files of an image's layers that say which packages were installed. */
import { posix } from "node:path";

import { gunzip } from "../../format/inflate.ts";
import { invalid } from "../../format/json.ts";
import { type LayerCompression, layerCompression } from "../../format/oci/media-types.ts";
import { readTar } from "../../format/tar/read.ts";
import { unzstd } from "../../format/zstd.ts";
import type { Descriptor, ImageSource } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";

/** By their paths, without the root's slash. */
export type ImageFiles = ReadonlyMap<string, Uint8Array>;

/** Those of one layer. */
export interface LayerFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Paths that are gone, and folders whose older contents are. */
  readonly gone: readonly string[];
}

/** Kept by dpkg, by distroless images in its place, by apk, and by rpm; licenses; and the system's own name. */
const wanted =
  /^(var\/lib\/dpkg\/(status|status\.d\/[^/]+)|(usr\/)?lib\/apk\/db\/installed|usr\/share\/doc\/[^/]+\/copyright|(etc|usr\/lib)\/os-release|(var\/lib|usr\/lib\/sysimage)\/rpm\/[^/]+)$/;

/** Only that it is there is wanted: its bytes are read by nobody. */
const unread = /\/rpm\/[^/]+$/;

/** Bytes of all wanted files of a layer. */
const mostBytes = 256 * 1024 * 1024;

const decoders: Readonly<Record<LayerCompression, (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>>> = {
  none: (bytes) => bytes,
  gzip: gunzip,
  zstd: unzstd,
};

/** Reads a layer to its end. Fails with `format.invalid` where it is no layer of files, or claims too much. */
export async function layerFiles(layer: Descriptor, source: ImageSource): Promise<LayerFiles> {
  const compression = layerCompression(layer.mediaType);
  if (compression === undefined)
    throw new Problem("format.invalid", `The layer ${layer.digest} is of the type ${layer.mediaType}`);
  const files = new Map<string, Uint8Array>();
  const gone: string[] = [];
  let left = mostBytes;
  for await (const member of readTar(decoders[compression](source.blob(layer)))) {
    const path = posix.join("/", member.path).slice(1).replace(/\/$/, "");
    const name = posix.basename(path);
    // Whiteouts (OCI image-spec, layer.md).
    if (name.startsWith(".wh.")) gone.push(goneBy(path, name));
    else if (member.type === "file" && wanted.test(path) && !path.endsWith(".md5sums")) {
      left -= unread.test(path) ? 0 : member.size;
      if (left < 0) throw invalid(layer.digest, "has more lists of packages than anybody installs");
      files.set(path, unread.test(path) ? new Uint8Array(0) : await bytesOf(member.open()));
    }
  }
  return { files, gone };
}

function goneBy(path: string, name: string): string {
  const folder = posix.dirname(path);
  return name === ".wh..wh..opq" ? folder : posix.join(folder, name.slice(".wh.".length));
}

/** Puts a layer over those below it: what it takes away is taken from them only. */
export function applyLayer(files: Map<string, Uint8Array>, layer: LayerFiles): void {
  for (const path of files.keys())
    if (layer.gone.some((gone) => gone === "." || path === gone || path.startsWith(`${gone}/`))) files.delete(path);
  for (const [path, bytes] of layer.files) files.set(path, bytes);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}
