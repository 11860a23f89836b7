/** The packages of the operating system in an image: of its base, and of what a Dockerfile added. */
import { open } from "node:fs/promises";

import { type ImageArchive, readImageArchive } from "../../format/oci/archive.ts";
import { readManifest } from "../../format/oci/manifest.ts";
import { isConfigType, isManifestType } from "../../format/oci/media-types.ts";
import { inFile } from "../../format/random-access.ts";
import { baseImageNodes } from "../../format/sbom/base-image.ts";
import { packageNode, type SbomNode, type SbomPackage, uniqueNodes } from "../../format/sbom/model.ts";
import {
  debianLicenses,
  type OsRelease,
  readApkDatabase,
  readDpkgStatus,
  readOsRelease,
} from "../../format/sbom/os-packages.ts";
import type { Artifact } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import type { ImageSource } from "../../model/image.ts";
import type { MakeContext } from "../maker.ts";
import { applyLayer, type ImageFiles } from "./image-files.ts";
import { keptLayerFiles } from "./kept-layer.ts";

export interface ImageContents {
  readonly nodes: readonly SbomNode[];
  readonly remarks: readonly string[];
}

/** Of all its platforms together. Layers are read to their end, once for all releases; nothing of a Helm chart. */
export async function imageContents(image: Artifact, context: MakeContext): Promise<ImageContents> {
  const path = context.pathOf(image);
  const file = await onDisk(path, () => open(path));
  try {
    const archive = await readImageArchive(await inFile(file));
    const nodes: SbomNode[] = [];
    const remarks: string[] = [];
    for (const { files, base } of await platformsIn(archive, archive.source(image.name), context)) {
      const found = contentsOf(files);
      nodes.push(...base, ...found.nodes);
      remarks.push(...found.remarks.map((text) => `${image.name}: ${text}`));
    }
    return { nodes: uniqueNodes(nodes), remarks };
  } finally {
    await file.close();
  }
}

interface PlatformFiles {
  readonly files: ImageFiles;
  readonly base: readonly SbomNode[];
}

async function platformsIn(
  { manifests }: ImageArchive,
  source: ImageSource,
  context: MakeContext,
): Promise<readonly PlatformFiles[]> {
  const platforms: PlatformFiles[] = [];
  for (const manifest of manifests.values()) {
    if (!isManifestType(manifest.mediaType)) continue;
    const { config, layers, annotations } = readManifest(manifest);
    if (!isConfigType(config.mediaType)) continue;
    const files = new Map<string, Uint8Array>();
    for (const layer of layers) {
      const found = await context.once(`sbom layer ${layer.digest}`, () => keptLayerFiles(layer, source, context));
      applyLayer(files, found);
    }
    platforms.push({ files, base: baseImageNodes(annotations) });
  }
  return platforms;
}

function contentsOf(files: ImageFiles): ImageContents {
  const text = (path: string): string => Buffer.from(files.get(path) ?? []).toString("utf8");
  const release = readOsRelease(text("etc/os-release") || text("usr/lib/os-release"));
  const status = [...files.keys()].filter((path) => /^var\/lib\/dpkg\/(status$|status\.d\/)/.test(path)).toSorted();
  const debian = status.flatMap((path) =>
    readDpkgStatus(text(path), release).map(({ package: found, folder }): SbomPackage => ({
      ...found,
      licenses: debianLicenses(text(`usr/share/doc/${folder}/copyright`)),
    })),
  );
  const alpine = ["lib/apk/db/installed", "usr/lib/apk/db/installed"].flatMap((path) =>
    readApkDatabase(text(path), release),
  );
  const isRpm = [...files.keys()].some((path) => /^(var\/lib|usr\/lib\/sysimage)\/rpm\//.test(path));
  return {
    nodes: [...systemOf(release), ...[...debian, ...alpine].map(packageNode)],
    remarks: isRpm ? ["the packages in its RPM database are not listed"] : [],
  };
}

function systemOf({ id, version, name }: OsRelease): readonly SbomNode[] {
  if (id === "") return [];
  return [
    { id: `os:${id}${version === "" ? "" : `-${version}`}`, purpose: "operating-system", name: name || id, version },
  ];
}
