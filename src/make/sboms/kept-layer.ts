/** Keeps what was found in a layer: bases are the same from release to release, and large. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { hexOf } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import type { Descriptor, ImageSource } from "../../model/image.ts";
import type { MakeContext } from "../maker.ts";
import { type LayerFiles, layerFiles } from "./image-files.ts";

/** Raised when other files are looked for, or the kept form changes. */
const version = 1;

/** As JSON. */
interface Kept {
  readonly gone: readonly string[];
  /** Paths, and bytes in base64. */
  readonly files: readonly (readonly [path: string, bytes: string])[];
}

/** The same as `layerFiles`, which is asked once for a layer's digest. */
export async function keptLayerFiles(
  layer: Descriptor,
  source: ImageSource,
  context: MakeContext,
): Promise<LayerFiles> {
  const path = await context.kept(`sbom-layer-${version}/${hexOf(layer.digest)}`, async (folder) => {
    const written = join(folder, "layer.json");
    const { gone, files } = await layerFiles(layer, source);
    const kept: Kept = {
      gone,
      files: [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
    };
    await onDisk(written, () => writeFile(written, JSON.stringify(kept)));
    return written;
  });
  const { gone, files } = JSON.parse(await onDisk(path, () => readFile(path, "utf8"))) as Kept;
  return { gone, files: new Map(files.map(([name, bytes]) => [name, Buffer.from(bytes, "base64")])) };
}
