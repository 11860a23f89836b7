/** What a registry of tests holds: repositories of blobs, manifests, tags and uploads, in memory. */
import { createHash } from "node:crypto";

export interface Stored {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface Repository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, Stored>;
  readonly tags: Map<string, string>;
}

export interface State {
  /** Made when it is first written to. */
  repository(name: string): Repository;
  find(name: string): Repository | undefined;
  readonly uploads: Map<string, Buffer>;
}

export function emptyState(): State {
  const repositories = new Map<string, Repository>();
  return {
    uploads: new Map(),
    find: (name) => repositories.get(name),
    repository(name) {
      const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
      repositories.set(name, found);
      return found;
    },
  };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

interface Document {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config?: { readonly digest: string; readonly mediaType: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
  readonly subject?: { readonly digest: string };
}

function documentOf({ bytes }: Stored): Document {
  return JSON.parse(bytes.toString("utf8")) as Document;
}

/** What a manifest refers to and the repository does not have. */
export function missingOf(manifest: Stored, { blobs, manifests }: Repository): readonly string[] {
  const { config, layers = [], manifests: children = [] } = documentOf(manifest);
  const named = [...(config === undefined ? [] : [config]), ...layers].map(({ digest }) => digest);
  return [
    ...named.filter((digest) => !blobs.has(digest)),
    ...children.flatMap(({ digest }) => (manifests.has(digest) ? [] : [digest])),
  ];
}

export function subjectOf(manifest: Stored): string | undefined {
  return documentOf(manifest).subject?.digest;
}

/** The answer to who refers to `subject`, as the API has it. */
export function referrersOf({ manifests }: Repository, subject: string): string {
  const found = [...manifests].filter(([, manifest]) => subjectOf(manifest) === subject);
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: found.map(([digest, manifest]) => {
      const { mediaType, bytes } = manifest;
      const { artifactType, config, annotations } = documentOf(manifest);
      return { mediaType, digest, size: bytes.length, artifactType: artifactType ?? config?.mediaType, annotations };
    }),
  });
}
