/** Reads what a place gives back. */
import { verified } from "../format/verified.ts";
import type { Artifact } from "../model/artifact.ts";

/** Reads to the end. Fails with `verify.mismatch` where the bytes are not those of the artifact. */
export async function readToEnd(
  bytes: AsyncIterable<Uint8Array>,
  artifact: Pick<Artifact, "name" | "digest" | "size">,
): Promise<void> {
  for await (const _ of verified(bytes, artifact));
}
