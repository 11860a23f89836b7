/** Opens s3 stores of tests: of a bucket called `releases`, at a server, with the only user's key. */
import { createCipheriv, createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Artifact, digestOfHex } from "../../../src/model/artifact.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Store } from "../../../src/model/store.ts";
import type { StoreContext } from "../../../src/store/kind.ts";
import { s3 } from "../../../src/store/s3.ts";
import { objectUser } from "../../worlds/object-server.ts";
import { contextOf } from "../context.ts";

/** As the Plan has them. */
export function decidedFor(url: string, more: JsonObject = {}): JsonObject {
  return {
    bucket: "releases",
    endpoint: url,
    region: "",
    path: "tool/v1.2.3/",
    pathOf: { late: "tool/{{ tag }}", with: {} },
    accessKey: { from: "env", name: "KEY" },
    secretKey: { from: "env", name: "SECRET" },
    profile: "",
    existing: "refuse",
    url: "",
    latest: "",
    latestByChannel: false,
    headers: {},
    checksum: "sha256",
    partSize: 5,
    ca: "",
    insecure: false,
    ...more,
  };
}

export function contextFor(root: string, more: Partial<StoreContext> = {}): StoreContext {
  const secrets = { "env:KEY": objectUser.accessKey, "env:SECRET": objectUser.secretKey };
  return { ...contextOf(root, join(root, "dist"), secrets), ...more };
}

export function openS3(options: JsonObject, context: StoreContext): Promise<Store> {
  return s3.open(options, context);
}

export interface OnDisk {
  readonly artifact: Artifact;
  readonly path: string;
}

/** A file of bytes that do not repeat, and what it is. */
export function fileOf(folder: string, name: string, size: number, seed = name): OnDisk {
  const key = createHash("sha256").update(seed).digest();
  const bytes = createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
  const path = join(folder, `${seed}-${name}`);
  writeFileSync(path, bytes);
  const digest = digestOfHex(createHash("sha256").update(bytes).digest("hex"));
  return { path, artifact: { name, type: "file", listed: true, attributes: {}, digest, size, refs: [] } };
}

/** Fails where it is read: the path is there. */
export function unread(): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      throw new Error("it is read by its path");
    },
  };
}

export async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes ?? []) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString("latin1");
}
