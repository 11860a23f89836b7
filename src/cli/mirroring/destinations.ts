/** Where a Release is mirrored to, by what was written: stores of the config, folders, image layouts, registries. */
import { resolve } from "node:path";

import { didYouMean } from "../../model/nearest.ts";
import type { PublishPlan } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { stores } from "../../store/table.ts";
import { configFile } from "../config-file.ts";
import type { Options } from "../options.ts";
import { askedPlaces, everything, onlyTo, type Where, whereAsked } from "../publishing/where.ts";

export type Destinations = Pick<Where, "root" | "publish" | "plan" | "config">;

/** `folder` is that of the Release, which no copy may lie in. Fails with `usage` on what names no place. */
export async function destinations(
  to: readonly string[],
  { version, folder }: { readonly version: string; readonly folder: string },
  options: Options,
): Promise<Destinations> {
  const twice = to.find((text, index) => to.indexOf(text) !== index);
  if (twice !== undefined) throw new Problem("usage", `${twice} is named twice`, { expected: "each place once" });
  const written = new Map(to.map((text) => [text, placeWritten(text, folder, options)]));
  const words = to.filter((text) => written.get(text) === undefined);
  const where = words.length === 0 ? undefined : await placesOfConfig(version, words, options);
  const places = where === undefined ? [] : askedPlaces(where);
  const publish = to.flatMap((text) => written.get(text) ?? places.filter(({ store }) => store === text));
  return {
    root: where?.root ?? process.cwd(),
    publish: publish.map(mirroring),
    plan: where?.plan,
    config: where?.config,
  };
}

/** A path is a folder, and kinds know their own forms; undefined for a word, which is a store. */
function placeWritten(text: string, release: string, { insecure }: Options): PublishPlan | undefined {
  if (/^(\.{0,2}[/\\]|\.+$|[A-Za-z]:[/\\])/.test(text)) return onlyTo(resolve(text), release)[0];
  for (const [kind, { written }] of stores) {
    const found = written?.(text, { insecure: insecure === true });
    if (found !== undefined) return { store: text, kind, options: found, ...everything };
  }
  return /[/\\]/.test(text) ? onlyTo(resolve(text), release)[0] : undefined;
}

async function placesOfConfig(version: string, words: readonly string[], options: Options): Promise<Where> {
  const [first = ""] = words;
  if ((await configFile(options)) === undefined) throw unknownPlace(first, undefined);
  const where = await whereAsked(options, version);
  const names = askedPlaces(where).map(({ store }) => store);
  const unknown = words.find((word) => !names.includes(word));
  if (unknown !== undefined) throw unknownPlace(unknown, names);
  return where;
}

function unknownPlace(word: string, names: readonly string[] | undefined): Problem {
  const known = names === undefined || names.length === 0 ? "a store" : `a store (${names.join(", ")})`;
  return new Problem("usage", `${word} is no store that the config publishes to`, {
    expected: `${known}, a folder with a slash in it (./${word}), oci:FOLDER, or a registry (HOST/PATH)`,
    hint: didYouMean(word, names ?? []),
  });
}

function mirroring(place: PublishPlan): PublishPlan {
  const { kind, options } = place;
  return { ...place, options: stores.get(kind)?.mirroring?.(options) ?? options };
}
