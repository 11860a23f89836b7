/** Reads images from the folder of an OCI image layout (image-layout.md). */
import { hash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { readChunks } from "../../format/file.ts";
import { mostJson } from "../../format/json.ts";
import { readLayoutIndex } from "../../format/oci/image-index.ts";
import { blobPath, checkLayoutFile, refName } from "../../format/oci/layout.ts";
import { verified } from "../../format/verified.ts";
import { type Digest, digestOfHex } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import { aboutOf, graphOf } from "../image-graph.ts";
import type { ReferringSource } from "../image-target.ts";
import { guessMediaType } from "../media-type.ts";

/** Answers to tags, to digests, and to nothing said where it names one image. Fails with `format.invalid` where it is no layout. */
export function layoutSource(folder: string): ReferringSource {
  const where = `oci:${folder}`;
  const manifestOf = async (digest: Digest, mediaType?: string): Promise<ManifestBytes | undefined> => {
    const bytes = await readSmall(join(folder, blobPath(digest)));
    if (bytes === undefined) return undefined;
    if (digestOfHex(hash("sha256", bytes, "hex")) !== digest)
      throw new Problem("verify.mismatch", `${where}: ${digest} has other bytes`, {
        hint: "The folder was changed or damaged: write it again.",
      });
    return { mediaType: mediaType ?? guessMediaType(bytes), digest, bytes };
  };
  return {
    where,
    async manifest(name) {
      if (/^sha256:[0-9a-f]{64}$/.test(name)) return manifestOf(name as Digest);
      const found = pick(await readNames(folder), name, where);
      return found === undefined ? undefined : manifestOf(found.digest, found.mediaType);
    },
    blob: ({ digest, size }) =>
      verified(readChunks(join(folder, blobPath(digest))), { name: `${where}: ${digest}`, digest, size }),
    async referrers(subject) {
      const referring = async (entry: Descriptor): Promise<readonly Descriptor[]> => {
        const manifest = await manifestOf(entry.digest, entry.mediaType);
        if (manifest === undefined || graphOf(manifest).subject?.digest !== subject) return [];
        return [{ ...entry, ...aboutOf(manifest) }];
      };
      return (await Promise.all((await readNames(folder)).map(referring))).flat();
    },
  };
}

/**
 * What its `index.json` names; nothing where there is no folder, or one that somebody began and was stopped before it had that file, which
 * comes second. Fails with `format.invalid` where it is no layout.
 */
export async function readNames(folder: string): Promise<readonly Descriptor[]> {
  const [layout, index] = await Promise.all([
    readSmall(join(folder, "oci-layout")),
    readSmall(join(folder, "index.json")),
  ]);
  if (layout === undefined && index === undefined) return [];
  if (layout === undefined) throw new Problem("format.invalid", `${folder} is no image layout: it has no oci-layout`);
  checkLayoutFile(layout, join(folder, "oci-layout"));
  return index === undefined ? [] : readLayoutIndex(index, join(folder, "index.json")).manifests;
}

function pick(named: readonly Descriptor[], name: string, where: string): Descriptor | undefined {
  if (name !== "") return named.find(({ annotations }) => annotations?.[refName] === name);
  if (named.length > 1)
    throw new Problem("plan.invalid", `${where} names ${named.length} images`, {
      expected: `the tag of one: ${named.map(({ annotations, digest }) => annotations?.[refName] ?? digest).join(", ")}`,
    });
  return named[0];
}

/** A file of up to 4 MiB; undefined where there is none. */
async function readSmall(path: string): Promise<Uint8Array | undefined> {
  return onDisk(path, async () => {
    try {
      if ((await stat(path)).size > mostJson)
        throw new Problem("format.invalid", `${path} is larger than a manifest may be`);
      return await readFile(path);
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return undefined;
      throw thrown;
    }
  });
}
