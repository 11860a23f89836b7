/** Writes a chart as registries hold it: an OCI archive as `helm push` would leave it there (helm, pkg/registry). */
import { open } from "node:fs/promises";

import { readImageArchive } from "../../format/oci/archive.ts";
import { describeManifest, writeManifest } from "../../format/oci/manifest.ts";
import { writeImageArchive } from "../../format/oci/write-archive.ts";
import { inFile } from "../../format/random-access.ts";
import type { Content } from "../../format/segment.ts";
import { digestOfHex, type Digest } from "../../model/artifact.ts";
import type { Descriptor, ImageAttributes } from "../../model/image.ts";
import type { JsonObject } from "../../model/json.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { formatTime } from "../../model/time.ts";
import type { Made, MakeContext } from "../maker.ts";
import { type ChartMetadata, goJson } from "./metadata.ts";

const mediaTypes = {
  config: "application/vnd.cncf.helm.config.v1+json",
  chart: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
  provenance: "application/vnd.cncf.helm.chart.provenance.v1.prov",
} as const;

export interface OciChart {
  readonly fileName: string;
  readonly metadata: ChartMetadata;
  /** The same as Helm writes it. */
  readonly config: JsonObject;
  readonly chart: Content;
  readonly provenance: Content | undefined;
  /** `ghcr.io/acme/charts/cell0:1.0.0`. */
  readonly names: readonly string[];
}

/** The archive with what a store has to know of it. Read back. */
export async function writeOciChart(oci: OciChart, context: MakeContext): Promise<Made> {
  const { chart, provenance, names, metadata } = oci;
  const config = context.contentOfBytes(Buffer.from(goJson(oci.config)));
  const layers = [
    { mediaType: mediaTypes.chart, content: chart },
    ...(provenance === undefined ? [] : [{ mediaType: mediaTypes.provenance, content: provenance }]),
  ];
  const manifest = writeManifest({
    config: descriptor(mediaTypes.config, config),
    // Helm sorts them so.
    layers: layers
      .map(({ mediaType, content }) => descriptor(mediaType, content))
      .toSorted((a, b) => (a.digest < b.digest ? -1 : 1)),
    annotations: annotationsOf(metadata, context.epoch),
  });
  const contents = [config, ...layers.map(({ content }) => content)];
  const made = await context.write(
    oci.fileName,
    writeImageArchive(
      {
        top: describeManifest(manifest),
        name: names[0] ?? "",
        manifests: [manifest],
        blobs: new Map(contents.map((content) => [digestOf(content), content])),
        dockerNames: new Map(),
        mtime: context.epoch,
      },
      (bytes) => context.contentOfBytes(bytes),
    ),
  );
  await readBackArchive(made.path, manifest.digest);
  return { ...made, attributes: attributesOf(manifest.mediaType, manifest.digest, names) };
}

function descriptor(mediaType: string, content: Content): Descriptor {
  return { mediaType, digest: digestOf(content), size: content.size };
}

function digestOf({ sha256 }: Content): Digest {
  return digestOfHex(sha256);
}

function attributesOf(mediaType: string, digest: Digest, names: readonly string[]): ImageAttributes {
  return {
    format: "oci",
    mediaType,
    digest,
    names: names.map((name) => ({ name, digest, rolling: "" })),
    platforms: [],
  };
}

/** Those that Helm makes of the metadata, and the chart's own over them, but for title and version. */
function annotationsOf(metadata: ChartMetadata, epoch: number): Readonly<Record<string, string>> {
  const { name = "", version = "", description = "", home = "", sources = [], maintainers = [] } = metadata;
  const authors = maintainers.map(
    (one) => `${one.name ?? ""}${(one.email ?? "") === "" ? "" : ` (${one.email ?? ""})`}`,
  );
  const made = {
    authors: authors.join(", "),
    created: formatTime(epoch),
    description,
    source: sources[0] ?? "",
    title: name,
    url: home,
    version,
  };
  const named = Object.entries(made).flatMap(([key, text]) =>
    text.trim() === "" ? [] : [[`org.opencontainers.image.${key}`, text] as const],
  );
  const fixed = new Set(["org.opencontainers.image.title", "org.opencontainers.image.version"]);
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => !fixed.has(key));
  return Object.fromEntries([...named, ...own]);
}

async function readBackArchive(path: string, digest: Digest): Promise<void> {
  const file = await onDisk(path, () => open(path));
  try {
    const archive = await readImageArchive(await inFile(file));
    const source = archive.source(path);
    for (const [blob, { size }] of archive.blobs) for await (const _ of source.blob({ digest: blob, size })) void _;
    if (archive.top.digest === digest) return;
  } finally {
    await file.close();
  }
  throw new Problem("verify.mismatch", `${path} was read back and holds another chart`, {
    hint: "Run it again; if it stays, check memory and disk.",
  });
}
