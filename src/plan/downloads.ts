/** Where people will download files from, as far as the config says it: what rendered files of a Release may name. */
import { problemsOf } from "../model/problem.ts";
import type { Deciding } from "./deciding.ts";
import { storeScope } from "./release.ts";

/**
 * Of the first place of `publish` that can tell: what a file's name is put behind. Undefined where none can. Also for a Release that is
 * not published now: it has the same bytes.
 */
export function downloadsOf(deciding: Deciding): string | undefined {
  const { config, kinds, facts } = deciding;
  const about = { tag: facts.git.tag, version: facts.version.version, isNightly: facts.isNightly };
  for (const { store } of config.publish) {
    const entry = config.stores[store];
    const kind = entry === undefined ? undefined : kinds.stores.get(entry.kind);
    if (entry === undefined || kind?.downloads === undefined) continue;
    try {
      const found = kind.downloads(kind.decide(entry, storeScope(deciding)), about);
      if (found !== undefined) return found;
    } catch (thrown) {
      // What is wrong with a store is told where it is decided.
      if (problemsOf(thrown) === undefined) throw thrown;
    }
  }
  return undefined;
}
