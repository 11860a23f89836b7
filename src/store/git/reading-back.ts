/** Reads what was pushed as anybody would who has a clone of their own. */
import { Problem } from "../../model/problem.ts";
import type { GitPlace } from "./place.ts";
import type { Oid } from "./repository.ts";

/** Reads from a clone of its own, as anybody would: what is pushed twice is not asked for twice. */
export function readingBack(place: GitPlace) {
  let clone: ReturnType<GitPlace["opened"]["another"]> | undefined;
  const commits = new Map<string, Promise<Oid>>();
  return {
    forget: () => commits.clear(),
    async read(ref: string, path: string): Promise<AsyncIterable<Uint8Array>> {
      const repository = await (clone ??= place.opened.another());
      const commit = commits.get(ref) ?? repository.fetch(ref);
      commits.set(ref, commit);
      const entry = await repository.entry(await commit, path);
      if (entry !== undefined) return repository.blob(entry.oid);
      throw new Problem("store.failed", `${path} is not on ${ref}, although it was pushed there`, {
        hint: "Run the same command again.",
      });
    },
  };
}
