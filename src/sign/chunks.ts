/** What is to be signed, as chunks. */
import type { ToSign } from "../model/signer.ts";

/** The bytes in chunks; each may only be there until the next is asked for. */
export async function* chunksOf(data: ToSign): AsyncGenerator<Uint8Array> {
  if (data instanceof Uint8Array) yield data;
  else yield* data;
}
