/** Writes and reads index.json: what an installer reads to find the file for its platform. A projection of the Release. */
import { z } from "zod";

import type { ArtifactType } from "../model/artifact.ts";
import { formatTime } from "../model/time.ts";
import { readDocument, shapes, writeDocument } from "./json-document.ts";
import type { Release, ReleaseArtifact, ReleaseBinary, ReleaseFacts } from "./release.ts";

/** A file that can be installed. */
export interface IndexFile {
  readonly name: string;
  readonly type: ArtifactType;
  /** `tar.gz`, `zip`, `deb`, ..., or `binary` for a bare program. */
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Where it can be fetched; absent when it lies beside the index. */
  readonly url?: string | undefined;
  /** The programs inside, by their path in the archive. */
  readonly binaries: readonly ReleaseBinary[];
}

export interface ReleaseIndex {
  /** Version of this shape. */
  readonly schema: 1;
  readonly product: string;
  readonly version: string;
  readonly channel: string;
  readonly commit: string;
  /** `2026-01-30T12:00:00Z`. */
  readonly date: string;
  /** By platform with dashes, `linux-arm-7`, or `any`; files sorted by name. */
  readonly platforms: Readonly<Record<string, readonly IndexFile[]>>;
}

/** Types of artifacts that install something. */
const installable = ["binary", "archive", "package"] as const satisfies readonly ArtifactType[];

const shape = z.strictObject({
  schema: z.literal(1),
  product: shapes.text,
  version: shapes.text,
  channel: shapes.text,
  commit: shapes.text,
  date: shapes.date,
  platforms: z.record(
    z.string().regex(/^[a-z0-9]+(-[A-Za-z0-9_]+){0,2}$/, "expected a platform such as linux-amd64"),
    z.array(
      z.strictObject({
        name: shapes.text,
        type: z.enum(installable),
        format: shapes.text,
        size: shapes.size,
        sha256: shapes.sha256,
        url: shapes.text.optional(),
        binaries: z.array(z.strictObject({ path: shapes.text, sha256: shapes.sha256 })),
      }),
    ),
  ),
});

/** The index that a Release has, whether it lists its index or not: so what is written can be compared with what it should be. */
export function indexOf(release: ReleaseFacts & Pick<Release, "artifacts">): ReleaseIndex {
  const platforms: Record<string, IndexFile[]> = {};
  for (const artifact of release.artifacts.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!installable.some((type) => type === artifact.type)) continue;
    (platforms[platformKey(artifact.platform)] ??= []).push(indexFile(artifact));
  }
  const { product, version, channel, commit, epoch } = release;
  return { schema: 1, product, version, channel, commit, date: formatTime(epoch), platforms };
}

/** `linux-arm-7` for `linux/arm/7`; `any` for what installs everywhere. */
export function platformKey(platform: string | undefined): string {
  return platform === undefined || platform === "any/any" ? "any" : platform.replaceAll("/", "-");
}

export function writeIndex(index: ReleaseIndex): string {
  return writeDocument(index);
}

/** Reads an index.json. Fails with `format.invalid`, naming each field that is wrong. */
export function readIndex(text: string, file: string): ReleaseIndex {
  return readDocument(text, shape, file);
}

function indexFile({ name, type, size, digests, url, binaries, attributes }: ReleaseArtifact): IndexFile {
  const format = attributes?.["format"];
  return {
    name,
    type,
    format: typeof format === "string" ? format : type,
    size,
    sha256: digests.sha256,
    url,
    binaries: binaries ?? [],
  };
}
