/** Asks every place, before anything is made, whether it would let the Release in. */
import { Problem, throwIfAny } from "../../model/problem.ts";
import type { Decided } from "../decide.ts";
import { exit } from "../exit.ts";
import { checkLive } from "../live-check.ts";
import type { Options } from "../options.ts";
import { remark } from "../output/say.ts";
import { counted } from "../output/words.ts";

/** Throws what keeps a place from taking it; of places that are optional, that is only told. */
export async function askPlaces({ plan, root }: Decided, options: Options, signal: AbortSignal): Promise<string> {
  const all = await checkLive(plan, root, signal);
  remark(options, all.text);
  if (all.code !== exit.ok) {
    const needed = await checkLive(
      { ...plan, publish: plan.publish.filter(({ optional }) => !optional) },
      root,
      signal,
    );
    if (needed.code !== exit.ok) {
      throwIfAny(needed.problems);
      throw new Problem("store.denied", "a place would not take the release", {
        lines: needed.text.split("\n"),
        hint: "`slipway check --live` asks again.",
      });
    }
  }
  const unfit = all.code === exit.ok ? [] : plan.publish.filter(({ optional }) => optional).map(({ store }) => store);
  const places = counted(plan.publish.length, "place");
  return unfit.length === 0 ? places : `${places}; not all of the optional ones would take it: ${unfit.join(", ")}`;
}
