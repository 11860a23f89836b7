/** What stands under a name in a bucket, and whose word there is for its bytes. */
import type { IncomingHttpHeaders } from "node:http";

import { type Artifact, type Digest, digestOfHex } from "../../model/artifact.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { ofAbout } from "../http/paced.ts";
import { sha256Of } from "../measure.ts";
import type { Bucket } from "./client.ts";
import { digestOfBase64 } from "./multipart.ts";
import { compositeOf } from "./parts.ts";

/** Metadata of our own: what the object is, as whoever uploaded it says. */
export const digestHeader = "x-amz-meta-sha256";

export interface Standing {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** Of all bytes, by the server's own word; undefined where it vouches for none, or only for parts. */
  readonly digest: Digest | undefined;
  /** By the server's own word for bytes that came in parts: digest of their digests, and their count. */
  readonly composite: string | undefined;
}

/** By a HEAD request; undefined where nothing stands there. */
export async function look(bucket: Bucket, key: string): Promise<Standing | undefined> {
  const answer = await bucket.ask({ method: "HEAD", key, headers: { "x-amz-checksum-mode": "ENABLED" } });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw bucket.refusal(`look for ${key}`, answer);
  return standing(key, answer.headers);
}

/**
 * A checksum without a count is that of the bytes; with one, that of the parts' digests. Of a single part, that of its digest: then our
 * own metadata says what the digest was, and the checksum that this is true.
 */
function standing(key: string, headers: IncomingHttpHeaders): Standing {
  const checksum = textOf(headers["x-amz-checksum-sha256"]);
  const claimed = /^[0-9a-f]{64}$/.exec(textOf(headers[digestHeader]))?.[0];
  const claim = claimed === undefined ? undefined : digestOfHex(claimed);
  const composite = /-\d+$/.test(checksum) ? checksum : undefined;
  const isTrue = claim !== undefined && composite === compositeOf([claim]);
  return {
    key,
    size: Number(headers["content-length"] ?? 0),
    etag: headers.etag ?? "",
    digest: digestOfBase64(checksum) ?? (isTrue ? claim : undefined),
    composite,
  };
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

/** Its bytes; undefined where nothing stands there. */
export async function read(bucket: Bucket, key: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const answer = await bucket.open({ method: "GET", key });
  if (answer.status === 200) return answer.body;
  const bytes = await firstBytes(answer.body);
  if (answer.status === 404) return undefined;
  throw bucket.refusal(`read ${key}`, { ...answer, bytes });
}

/** Its digest: the server's word, or all of it downloaded, where there is none. Undefined where it went away meanwhile. */
export async function digestThere(bucket: Bucket, { key, size, digest }: Standing): Promise<Digest | undefined> {
  if (digest !== undefined) return digest;
  const bytes = await read(bucket, key);
  if (bytes === undefined) return undefined;
  return (await sha256Of(ofAbout(bytes, { name: key, size }))).digest;
}

/** Whether the bytes there are the artifact's, as far as that can be said without reading them; `composite` is what they would have. */
export function vouchedEqual(
  there: Standing,
  { size, digest }: Pick<Artifact, "size" | "digest">,
  composite: string | undefined,
): boolean | undefined {
  if (there.size !== size) return false;
  if (there.digest !== undefined) return there.digest === digest;
  return composite !== undefined && there.composite === composite ? true : undefined;
}
