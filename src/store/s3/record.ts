/** The record that a Release in a bucket was taken back, which lies beside its files. */
import { z } from "zod";

import { read } from "./object.ts";
import type { S3Settings } from "./settings.ts";

export const withdrawnName = "withdrawn.json";

const recordSchema = z.looseObject({ release: z.string(), why: z.string() });

/** Why the Release below the prefix was taken back; undefined where it was not. */
export async function withdrawal({
  bucket,
  prefix,
}: Pick<S3Settings, "bucket" | "prefix">): Promise<string | undefined> {
  const bytes = await read(bucket, `${prefix}${withdrawnName}`);
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
  try {
    return recordSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8"))).why;
  } catch {
    return "a record of it cannot be read";
  }
}
