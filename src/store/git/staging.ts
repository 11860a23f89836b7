/** Pushes files to where nobody looks yet, so that whatever can be refused is refused before anything is visible. */
import { setTimeout as sleep } from "node:timers/promises";

import { commitOn } from "./commit.ts";
import { changeOf, isSame } from "./files.ts";
import { moveRef } from "./moving.ts";
import type { GitPlace } from "./place.ts";
import type { Oid, TreeFile } from "./repository.ts";

type Files = ReadonlyMap<string, Omit<TreeFile, "path">>;

export interface Staging {
  /** Pushes all of these; what is asked for while a push is under way goes with the next one. */
  push(files: Files): Promise<"done" | "already">;
  /** What stands there, as far as is known. */
  readonly oid: Oid | undefined;
  /** Takes it away. Gives why not, where it stays. */
  remove(): Promise<string | undefined>;
}

/** Times that it is taken away, and milliseconds between the first two: nobody asks for that once more, since everything is out by then. */
const [mostTries, wait] = [3, 500];

/** `kept` are paths that stay as they are, since they show a later version. */
export function openStaging(place: GitPlace, kept: Pick<ReadonlySet<string>, "has">): Staging {
  const { opened, staging: ref, context } = place;
  const { repository } = opened;
  let oid = opened.refs.oids.get(ref);
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<"done" | "already"> | undefined;

  const has = async (commit: Oid, files: Files): Promise<boolean> => {
    for (const [path, file] of files) if (!isSame(await repository.entry(commit, path), file)) return false;
    return true;
  };

  async function pushNow(files: Files): Promise<"done" | "already"> {
    const moved = await moveRef(repository, {
      ref,
      from: oid,
      signal: context.signal,
      async make(current) {
        // Whoever reviews it may have added to it: it is left as it is while it has what it should have.
        if (current !== undefined && (await has(await repository.fetch(ref), files))) return undefined;
        const parent = await place.tip();
        return commitOn(repository, parent, await changeOf(place, parent, files, kept), place.facts);
      },
    });
    oid = moved.oid;
    return moved.outcome;
  }

  return {
    get oid() {
      return oid;
    },
    push(files) {
      if (waiting !== undefined) return waiting;
      const next = last
        .catch(() => {}) // whoever asked for that one was told
        .then(() => {
          waiting = undefined;
          return pushNow(new Map(files));
        });
      last = next;
      return (waiting = next);
    },
    async remove() {
      for (let tries = 1; oid !== undefined; tries += 1) {
        const pushed = await repository.push({ ref, to: undefined, from: oid });
        // Another publisher of the same release may have been faster.
        const isGone = pushed.outcome === "done" || (await repository.refs([ref])).oids.get(ref) === undefined;
        if (isGone) oid = undefined;
        else if (tries === mostTries) return pushed.problem.message;
        else await sleep(wait * tries, undefined, context.signal === undefined ? {} : { signal: context.signal });
      }
      return undefined;
    },
  };
}
