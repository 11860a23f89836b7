/** Announcements of the Plan: each with its name and its options, rendered but for what only a public Release has. */
import type { AnnounceEntry } from "../model/config/publish.ts";
import type { AnnouncePlan, PublishPlan } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { attempt, type Deciding, renderEnv, wanted } from "./deciding.ts";

/** In the order of the config; none for a snapshot, which nobody is told of. */
export function decideAnnounce(deciding: Deciding, publish: readonly PublishPlan[]): readonly AnnouncePlan[] {
  if (deciding.skip.has("announce")) return [];
  const { announce } = deciding.config;
  const decided = announce.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, publish)) ?? [],
  );
  for (const [index, { name, place }] of decided.entries()) {
    if (decided.findIndex((other) => other.name === name) === index) continue;
    deciding.problems.push(
      new Problem("plan.collision", `two announcements are called "${name}"`, {
        place,
        hint: "Give one of them a `name`: what was said already is remembered by it.",
      }),
    );
  }
  return deciding.facts.isSnapshot ? [] : decided;
}

function decideEntry(
  deciding: Deciding,
  entry: AnnounceEntry,
  publish: readonly PublishPlan[],
): readonly AnnouncePlan[] {
  const { kinds, vocabulary } = deciding;
  if (!wanted(deciding, entry)) return [];
  const kind = kinds.announcements.get(entry.kind);
  if (kind === undefined) throw new Error(`announcement ${entry.kind} passed the schema but is in no table`);
  const name = entry.name?.render(vocabulary.base).trim() ?? "";
  return [
    {
      name: name === "" ? entry.kind : name,
      kind: entry.kind,
      options: kind.decide(entry, vocabulary.base, publish),
      env: renderEnv(entry.env, vocabulary.base),
      place: entry.place,
    },
  ];
}
