/** Moves a reference of a remote from what it is to what it should be, however many others move it at the same time. */
import { setTimeout as sleep } from "node:timers/promises";

import { Problem } from "../../model/problem.ts";
import type { GitRepository, Oid } from "./repository.ts";

export interface Moving {
  /** Full name of the reference. */
  readonly ref: string;
  /** What the remote said last, to begin with. */
  readonly from: Oid | undefined;
  /** What it should be on top of what it is; undefined: it is as it should be. Asked again each time it was moved meanwhile. */
  make(current: Oid | undefined): Promise<Oid | undefined>;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds to wait first where nobody answers; each time twice as long. */
  readonly wait?: number | undefined;
}

export interface Moved {
  readonly outcome: "done" | "already";
  /** What it is now. */
  readonly oid: Oid | undefined;
}

/** Times somebody else may be faster, and times nobody may answer. */
const [mostRaces, mostSilences] = [20, 3];

/**
 * Never forces: a push says what it replaces. After any failure the remote is asked what it has, since a push may have arrived although
 * its answer did not. Fails with what the server said where it stays as it was.
 */
export async function moveRef(repository: GitRepository, moving: Moving): Promise<Moved> {
  const { ref, make, signal, wait = 1000 } = moving;
  let current = moving.from;
  let [races, silences] = [0, 0];
  let tried: Oid | undefined;
  for (;;) {
    const wanted = await make(current);
    // What was pushed and stands there is done by us, also where the answer was lost.
    if (wanted === undefined || wanted === current)
      return { outcome: current !== undefined && current === tried ? "done" : "already", oid: current };
    const pushed = await repository.push({ ref, to: wanted, from: current });
    if (pushed.outcome === "done") return { outcome: "done", oid: wanted };
    tried = wanted;
    const now = await askAgain(repository, ref, pushed.problem);
    if (now !== current) {
      races += 1;
      if (races === mostRaces) throw busy(pushed.problem);
    } else if (pushed.problem.code === "store.unreachable" && silences < mostSilences) {
      await sleep(wait * 2 ** silences, undefined, signal === undefined ? {} : { signal });
      silences += 1;
    } else throw pushed.problem;
    current = now;
  }
}

async function askAgain(repository: GitRepository, ref: string, cause: Problem): Promise<Oid | undefined> {
  try {
    return (await repository.refs([ref])).oids.get(ref);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "store.unreachable") throw cause;
    throw thrown;
  }
}

function busy({ message, lines }: Problem): Problem {
  return new Problem("store.unreachable", `${message}: others push there all the time`, {
    hint: "Run the same command again.",
    lines,
  });
}
