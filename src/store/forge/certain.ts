/** Does what must happen once where answers get lost: whoever does not know whether it happened looks before doing it again. */
import { Problem } from "../../model/problem.ts";
import type { HttpClient } from "../http.ts";

export interface OnceRequest<T> {
  /** Undefined: it is there already, says the server. Fails with `store.unreachable` where nobody knows whether it was done. */
  act(): Promise<T | undefined>;
  /** What it would have left behind; undefined where that is not there. */
  look(): Promise<T | undefined>;
  readonly http: Pick<HttpClient, "pause">;
}

/** Attempts in all. */
const attempts = 4;

/** What was done, now or by an attempt whose answer was lost. Fails as the last attempt did. */
export async function doOnce<T>({ act, look, http }: OnceRequest<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    let why: unknown;
    try {
      const done = await act();
      if (done !== undefined) return done;
      why = new Problem("store.failed", "the server says that it is there already, and does not show it", {
        hint: "Run the same command again: lists of servers come late at times.",
      });
    } catch (thrown) {
      if (!(thrown instanceof Problem && thrown.code === "store.unreachable")) throw thrown;
      why = thrown;
    }
    const found = await look();
    if (found !== undefined) return found;
    if (attempt + 1 >= attempts) throw why;
    await http.pause(attempt);
  }
}
