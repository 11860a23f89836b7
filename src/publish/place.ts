/** One place on its way through a transaction: what it gets, what was done there, and what is wrong with it. */
import type { Artifact, ExpectedArtifact } from "../model/artifact.ts";
import { isTaken, type KindTable } from "../model/kind.ts";
import { isEmpty, isSelected } from "../model/only.ts";
import type { PublishPlan } from "../model/plan.ts";
import { placed, Problem, problemsOf } from "../model/problem.ts";
import type { Receipt, Store, Turn } from "../model/store.ts";
import type { OpenableStore, StoreContext } from "../store/kind.ts";
import type { Intent, Journal } from "./journal.ts";

export interface Place {
  readonly plan: PublishPlan;
  /** What goes there. */
  readonly artifacts: readonly Artifact[];
  /** Undefined where it could not be opened. */
  store: Store | undefined;
  readonly receipts: Receipt[];
  readonly problems: Problem[];
  /** Everything was there, and seen, before anything was done. */
  settled: boolean;
  /** What could not be read back before its names moved. */
  readonly unread: Artifact[];
  /** Why its names were held back: another place failed. */
  held: string;
  /** Why it waits: somebody else has to do something first. */
  waits: string;
  /** Why what names the newest did not move, although the rest did. */
  late: string;
}

/** What places are opened with. */
export interface Opening {
  readonly publish: readonly PublishPlan[];
  readonly artifacts: readonly Artifact[];
  readonly stores: KindTable<OpenableStore>;
  readonly context: StoreContext;
}

/** Whom effects are told. */
export interface Told {
  readonly journal: Journal | undefined;
  readonly onReceipt?: ((store: string, receipt: Receipt) => void) | undefined;
}

/** The places of a Plan with what each gets, in the Plan's order; none is open yet. */
export function placesOf(opening: Opening): readonly Place[] {
  return opening.publish.map((plan) => ({
    plan,
    artifacts: chosen(plan, opening),
    store: undefined,
    receipts: [],
    problems: [],
    settled: false,
    unread: [],
    held: "",
    waits: "",
    late: "",
  }));
}

/** What goes there: everything it can keep, or what `only` says of that, without what `except` says. */
export function chosen<Named extends ExpectedArtifact>(
  { kind, only, except }: Pick<PublishPlan, "kind" | "only" | "except">,
  { stores, artifacts }: { readonly stores: Opening["stores"]; readonly artifacts: readonly Named[] },
): readonly Named[] {
  const declared = stores.get(kind);
  const kept = declared === undefined ? artifacts : artifacts.filter((artifact) => isTaken(declared, artifact));
  const meant = isEmpty(only)
    ? kept.filter(({ type }) => declared?.leaves?.includes(type) !== true)
    : kept.filter((artifact) => isSelected(only, artifact));
  return meant.filter((artifact) => !isSelected(except, artifact));
}

/** Opens the place. Fails with `plan.empty` where nothing would go there, and as its kind does. */
export async function openPlace({ stores, context }: Pick<Opening, "stores" | "context">, place: Place): Promise<void> {
  const { plan, artifacts } = place;
  const kind = stores.get(plan.kind);
  if (kind === undefined) throw new Error(`the Plan names a store of kind ${plan.kind}, which is in no table`);
  if (artifacts.length === 0)
    throw new Problem("plan.empty", `nothing would go to ${plan.store}`, {
      expected: "an `only` that some artifact fits",
    });
  place.store = await kind.open(plan.options, { ...context, artifacts });
}

/** Does the same for several places at once. What fails at one is kept there, so that it hides nothing of another; defects are thrown. */
export async function atEach(places: readonly Place[], work: (place: Place) => Promise<void>): Promise<void> {
  await Promise.all(places.map((place) => trying(place, () => work(place))));
}

/** Keeps one place's Problems from hiding another's. */
export async function trying(place: Place, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    place.problems.push(...problems.map((problem) => placedIn(problem, place)));
  }
}

/** Stores know no places: what is wrong with one is wrong where the config names it. Being stopped is wrong nowhere. */
function placedIn(problem: Problem, { plan }: Place): Problem {
  return problem.code === "step.stopped" ? problem : placed(problem, plan.place);
}

/** Whether it is open and nothing is wrong with it. */
export function isSound({ store, problems }: Place): boolean {
  return store !== undefined && problems.length === 0;
}

/** When its names move. */
export function turnOf({ store }: Place): Turn {
  return store?.turn ?? "names";
}

/** Keeps a Receipt, and tells those who listen. */
export function noting({ journal, onReceipt }: Told, { plan, receipts }: Place) {
  return async (receipt: Receipt): Promise<void> => {
    receipts.push(receipt);
    onReceipt?.(plan.store, receipt);
    await journal?.note(plan.store, receipt);
  };
}

/** Writes down what will be tried. Where all is there already nothing is: no line says otherwise. */
export async function intending({ journal }: Told, { plan, settled }: Place, intent: Intent): Promise<void> {
  if (!settled) await journal?.intend(plan.store, intent);
}
