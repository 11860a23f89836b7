/** The digest of bytes that somebody else keeps. */
import type { Digest } from "../../model/artifact.ts";
import { sha256Of } from "../measure.ts";

/** Reads to the end; nothing of it is kept. */
export async function digestOfBytes(bytes: AsyncIterable<Uint8Array>): Promise<Digest> {
  return (await sha256Of(bytes)).digest;
}
