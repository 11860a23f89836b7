/** Where a Plan's artifacts will go, in the order names will move, with the point of no return in its place. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import { isEmpty, type Selection } from "../../model/only.ts";
import type { Plan, PublishPlan } from "../../model/plan.ts";
import type { Turn } from "../../model/store.ts";
import { chosen } from "../../publish/place.ts";
import { stores } from "../../store/table.ts";
import { expectedOf } from "../expected.ts";
import { counted } from "./words.ts";

const turns: readonly Turn[] = ["names", "final", "pointers"];

/** Names of artifacts that fit in a line or two. */
const few = 8;

export function destinations(plan: Plan): readonly string[] {
  const left = (plan.leftOut ?? []).map(
    ({ store, kind, options, why }) => `not published to ${store} (${kind}: ${mainOf(options)}): ${why}`,
  );
  if (plan.publish.length === 0) return left.length === 0 ? ["publishes nowhere"] : left;
  const artifacts = expectedOf(plan);
  const inOrder = turns.map((turn) => plan.publish.filter((place) => turnOf(place) === turn));
  let count = 0;
  const going = inOrder.flatMap((places, index) => {
    const lines = places.flatMap((place) => destination(place, (count += 1), artifacts));
    const noReturn = "point of no return: all of the above can be taken back, what comes next cannot";
    return turns[index] === "final" && lines.length > 0 ? [noReturn, ...lines] : lines;
  });
  return [...going, ...left];
}

/** What people know a place by. */
function mainOf(options: PublishPlan["options"]): string {
  return Object.values(options).find((value) => typeof value === "string") ?? "";
}

function turnOf({ kind, options }: PublishPlan): Turn {
  return stores.get(kind)?.turnOf?.(options) ?? "names";
}

function destination(place: PublishPlan, number: number, all: readonly ExpectedArtifact[]): readonly string[] {
  const { store, kind, options, only, except, optional } = place;
  const words = `${selectedText("only", only)}${selectedText("except", except)}${optional ? " optional" : ""}${turnText[turnOf(place)]}`;
  const going = chosen(place, { stores, artifacts: all });
  return [`publish ${number}. ${store} (${kind}: ${mainOf(options)})${words}`, `  ${namesText(going, all)}`];
}

const turnText: Readonly<Record<Turn, string>> = {
  names: "",
  final: ", for ever",
  pointers: ", which points at what is published before",
};

function selectedText(word: string, selection: Selection): string {
  return isEmpty(selection) ? "" : ` ${word} ${[...selection.types, ...selection.names].join(", ")}`;
}

/** Files found only when they are made are in no Plan yet. */
function namesText(going: readonly ExpectedArtifact[], all: readonly ExpectedArtifact[]): string {
  if (going.length === all.length) return `everything: ${counted(all.length, "artifact")} that are known now`;
  const names = going.slice(0, few).map(({ name }) => name);
  const more = going.length - names.length;
  if (names.length === 0) return "nothing that is known now";
  return `${names.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}
