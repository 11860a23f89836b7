/** Base images of a config, looked up before a Plan is made: from then on each is known by its digest. */
import type { Config } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import type { BaseFacts, OpenImage } from "../model/image.ts";
import { type Place, placed, type Problem, problemsOf, throwIfAny } from "../model/problem.ts";
import type { Template } from "../model/template.ts";
import type { Vocabulary } from "../plan/deciding.ts";
import { lookAtBase } from "../store/base-image.ts";

/** By their references as written. Throws what stands in the way of any of them, together. */
export async function lookUpBases(
  config: Config,
  vocabulary: Vocabulary,
  open: OpenImage,
  signal: AbortSignal = new AbortController().signal,
): Promise<Facts["bases"]> {
  const problems: Problem[] = [];
  const found = await Promise.all(
    [...referencesIn(config, vocabulary)].map(async ([reference, place]): Promise<[string, BaseFacts][]> => {
      try {
        return [[reference, await lookAtBase(reference, open, signal)]];
      } catch (thrown) {
        const known = problemsOf(thrown);
        if (known === undefined) throw thrown;
        problems.push(...known.map((problem) => placed(problem, place)));
        return [];
      }
    }),
  );
  throwIfAny(problems);
  return Object.fromEntries(found.flat());
}

/** Each once. What cannot be rendered is told when the image is planned. */
function referencesIn({ images }: Config, { base }: Vocabulary): ReadonlyMap<string, Place | undefined> {
  const asked = images.filter(({ when }) => when === undefined || !["", "false"].includes(rendered(when, base)));
  const templates = asked.flatMap((entry): readonly (Template | undefined)[] =>
    entry.base === undefined ? [] : [entry.base.default, ...entry.base.exact.map(({ value }) => value)],
  );
  const references = templates.flatMap((template): [string, Place | undefined][] => {
    const reference = template === undefined ? "" : rendered(template, base);
    return reference === "" || reference === "scratch" ? [] : [[reference, template?.place]];
  });
  return new Map(references);
}

function rendered(template: Template, scope: Vocabulary["base"]): string {
  try {
    return template.render(scope).trim();
  } catch (thrown) {
    if (problemsOf(thrown) === undefined) throw thrown;
    return "";
  }
}
