/** The record that a Release in a bucket was taken back, which lies beside its files. */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";
import { read } from "./object.ts";
import type { S3Settings } from "./settings.ts";

export const withdrawnName = "withdrawn.json";

const recordSchema = z.looseObject({ release: z.string(), why: z.string() });

/** Why the Release below the prefix was taken back; undefined where it was not, or where `release` is another that took its place. */
export async function withdrawal(
  { bucket, prefix }: Pick<S3Settings, "bucket" | "prefix">,
  release: Digest | undefined,
): Promise<string | undefined> {
  const bytes = await read(bucket, `${prefix}${withdrawnName}`);
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(new Uint8Array(chunk));
  try {
    const record = recordSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    return release === undefined || record.release === release ? record.why : undefined;
  } catch {
    return "a record of it cannot be read";
  }
}
