/** The document that publishes a version: its entry, one dist-tag, and the tarball in base64 (npm/registry, docs/REGISTRY-API.md; libnpmpublish). */
import { createHash } from "node:crypto";

import type { JsonObject } from "../../model/json.ts";
import type { HttpBody } from "../http.ts";
import type { PackageFile } from "../packages/registry.ts";
import type { NpmPackage } from "./manifest.ts";

/** Digests as a registry shows them. */
export interface Integrity {
  /** `sha512-` and base64 (Subresource Integrity). */
  readonly integrity: string;
  /** SHA-1, in hex. */
  readonly shasum: string;
}

export async function integrityOf(bytes: AsyncIterable<Uint8Array>): Promise<Integrity> {
  const [sha512, sha1] = [createHash("sha512"), createHash("sha1")];
  for await (const chunk of bytes) {
    sha512.update(chunk);
    sha1.update(chunk);
  }
  return { integrity: `sha512-${sha512.digest("base64")}`, shasum: sha1.digest("hex") };
}

export interface DocumentOptions {
  readonly registry: URL;
  readonly tag: string;
  readonly access: "public" | "restricted" | undefined;
  readonly integrity: Integrity;
}

/** The body of `PUT /NAME`, which may be larger than memory: the tarball flows through it, verified before the last byte is sent. */
export function publishDocument(
  { name, version, manifest }: NpmPackage,
  { artifact, open }: PackageFile,
  { registry, tag, access, integrity }: DocumentOptions,
): HttpBody {
  const file = `${name}-${version}.tgz`;
  const tarball = new URL(`${name}/-/${file}`, registry).href;
  const document: JsonObject = {
    _id: name,
    name,
    ...(typeof manifest["description"] === "string" ? { description: manifest["description"] } : {}),
    "dist-tags": { [tag]: version },
    versions: { [version]: { ...manifest, dist: { ...integrity, tarball } } },
    access: access ?? null,
  };
  const attachment = { content_type: "application/octet-stream", length: artifact.size };
  const [head, tail] = [
    `${JSON.stringify(document).slice(0, -1)},"_attachments":{${JSON.stringify(file)}:${JSON.stringify(attachment).slice(0, -1)},"data":"`,
    '"}}}',
  ].map((text) => Buffer.from(text)) as [Buffer, Buffer];
  return {
    size: head.length + 4 * Math.ceil(artifact.size / 3) + tail.length,
    async *open() {
      yield head;
      yield* base64(open());
      yield tail;
    },
  };
}

/** Three bytes are four characters: what is left of a chunk goes with the next. */
async function* base64(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    const joined = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const whole = joined.length - (joined.length % 3);
    rest = new Uint8Array(joined.subarray(whole));
    if (whole > 0) yield Buffer.from(joined.subarray(0, whole).toString("base64"));
  }
  if (rest.length > 0) yield Buffer.from(Buffer.from(rest).toString("base64"));
}
