/** Base images of a config, looked up before a Plan is made: from then on each is known by its digest. */
import type { Cache } from "../model/cache.ts";
import type { Config } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import type { BaseFacts, OpenImage } from "../model/image.ts";
import { type Place, placed, type Problem, problemsOf, throwIfAny } from "../model/problem.ts";
import type { Template } from "../model/template.ts";
import type { Vocabulary } from "../plan/deciding.ts";
import { lookAtBase } from "../store/base-image.ts";

export interface BasesRequest {
  readonly config: Config;
  readonly vocabulary: Vocabulary;
  readonly open: OpenImage;
  /** Remembers what was found, and what was found before. */
  readonly memory: Pick<Cache, "recall" | "remember">;
  /** Called where a registry cannot be reached and what was found before is taken; left out: that fails. */
  readonly onOld?: ((reference: string) => void) | undefined;
}

/** By their references as written. Throws what stands in the way of any of them, together. */
export async function lookUpBases(request: BasesRequest): Promise<Facts["bases"]> {
  const problems: Problem[] = [];
  const found = await Promise.all(
    [...referencesIn(request)].map(async ([reference, place]): Promise<[string, BaseFacts][]> => {
      try {
        return [[reference, await lookUp(reference, request)]];
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

async function lookUp(reference: string, { open, memory, onOld }: BasesRequest): Promise<BaseFacts> {
  const key = `base ${reference}`;
  try {
    const found = await lookAtBase(reference, open, new AbortController().signal);
    const [old] = await memory.recall(key);
    if (JSON.stringify(old) !== JSON.stringify(found)) await memory.remember(key, found);
    return found;
  } catch (thrown) {
    const [old] = isUnreachable(thrown) && onOld !== undefined ? await memory.recall(key) : [];
    if (old === undefined) throw thrown;
    onOld?.(reference);
    return old as BaseFacts;
  }
}

function isUnreachable(thrown: unknown): boolean {
  return problemsOf(thrown)?.some(({ code }) => code === "store.unreachable") === true;
}

/** Each once. What cannot be rendered is told when the image is planned. */
function referencesIn({
  config: { images },
  vocabulary: { base },
}: BasesRequest): ReadonlyMap<string, Place | undefined> {
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
