/** Bodies whose source says only at its end whether they were the right bytes. */

/**
 * The same chunks, lent as they were; the one that completes the body is kept back until its source has ended well. A server that has
 * all bytes acts on them, also where they turn out to be the wrong ones.
 */
export async function* lastAtEnd(body: {
  /** Bytes. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let last: Uint8Array | undefined;
  for await (const chunk of body.open()) {
    if (last !== undefined) yield last;
    seen += chunk.length;
    last = seen === body.size ? new Uint8Array(chunk) : undefined;
    if (last === undefined) yield chunk;
  }
  if (last !== undefined) yield last;
}
