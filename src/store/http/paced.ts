/** Bytes from somebody who may send them for ever, or never: too many, or too slowly, end in a Problem. */
import { Problem } from "../../model/problem.ts";

export interface Pace {
  /** Bytes per second, on average, below which a sender is given up. */
  readonly least: number;
  /** Milliseconds before the average is looked at. */
  readonly grace: number;
}

/** A kilobyte per second: slower than any line that carries a release, and at an end for whoever drips. */
export const usualPace: Pace = { least: 1024, grace: 20_000 };

/** The same bytes. Fails with `verify.mismatch` beyond `most` bytes, and with `store.unreachable` when they come too slowly. */
export async function* paced(
  bytes: AsyncIterable<Uint8Array>,
  { what, most, pace }: { readonly what: string; readonly most: number; readonly pace: Pace },
): AsyncGenerator<Uint8Array> {
  const begun = performance.now();
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > most) throw new Problem("verify.mismatch", `${what}: more than the ${most} bytes it may have`);
    const elapsed = performance.now() - begun;
    if (elapsed > pace.grace && (size / elapsed) * 1000 < pace.least)
      throw new Problem("store.unreachable", `${what} comes too slowly: ${size} bytes in ${Math.round(elapsed)} ms`);
    yield chunk;
  }
}

const mebi = 1024 * 1024;

/** Bytes that may be others than an artifact's: as many as tell that they are, with their digest, and no endless stream. */
export function ofAbout(
  bytes: AsyncIterable<Uint8Array>,
  { name, size }: { readonly name: string; readonly size: number },
): AsyncGenerator<Uint8Array> {
  return paced(bytes, { what: name, most: 2 * size + 64 * mebi, pace: usualPace });
}
