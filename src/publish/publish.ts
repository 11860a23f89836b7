/** Publishes a Release: all bytes to all stores first, then the names, store by store in the Plan's order. */
import type { Artifact } from "../model/artifact.ts";
import { isTaken, type KindTable } from "../model/kind.ts";
import { isEmpty, isSelected } from "../model/only.ts";
import type { PublishPlan } from "../model/plan.ts";
import { placed, Problem, problemsOf, withoutRepeats } from "../model/problem.ts";
import type { Receipt, Source, Store } from "../model/store.ts";
import { pointAll, putAll } from "../store/copy.ts";
import type { OpenableStore, StoreContext } from "../store/kind.ts";
import type { Journal } from "./journal.ts";

export interface PublishRequest {
  /** Where it goes, in the order in which names move. */
  readonly publish: readonly PublishPlan[];
  readonly artifacts: readonly Artifact[];
  readonly from: Source;
  readonly stores: KindTable<OpenableStore>;
  readonly context: StoreContext;
  readonly journal: Journal | undefined;
  readonly onReceipt?: ((store: string, receipt: Receipt) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StoreResult {
  /** Name in the config, and the place for people. */
  readonly store: string;
  readonly where: string;
  /** What its names are: `files`, `tags`. */
  readonly names: string;
  /** `already`: nothing was left to do. `skipped`: its names were not moved, because of another store. */
  readonly outcome: "done" | "already" | "failed" | "skipped";
  readonly why: string;
  readonly receipts: readonly Receipt[];
  readonly problems: readonly Problem[];
}

/** One store on its way. */
interface Target {
  readonly plan: PublishPlan;
  readonly artifacts: readonly Artifact[];
  store: Store | undefined;
  readonly receipts: Receipt[];
  readonly problems: Problem[];
  why: string;
}

/**
 * What became of each store. No name moves anywhere before all bytes are everywhere, since what one store shows may refer to
 * another; and no name moves after one that could not. Stores that fail are reported together; only defects are thrown.
 */
export async function publish(request: PublishRequest): Promise<readonly StoreResult[]> {
  const targets = request.publish.map((plan): Target => ({
    plan,
    artifacts: chosen(plan, request),
    store: undefined,
    receipts: [],
    problems: [],
    why: "",
  }));
  try {
    for (const target of targets) await trying(target, () => open(request, target));
    for (const target of targets) await trying(target, () => put(request, target));
    if (targets.every(({ problems }) => problems.length === 0)) await pointInOrder(request, targets);
    else hold(targets, "no name moves until everything is everywhere");
  } finally {
    for (const target of targets) await trying(target, async () => target.store?.close());
  }
  return targets.map(resultOf);
}

/** What goes there: everything it can keep, or what `only` says of that. */
function chosen({ kind, only, except }: PublishPlan, { stores, artifacts }: PublishRequest): readonly Artifact[] {
  const kept = artifacts.filter((artifact) => isTaken(stores.get(kind) ?? {}, artifact));
  const meant = isEmpty(only) ? kept : kept.filter((artifact) => isSelected(only, artifact));
  return meant.filter((artifact) => !isSelected(except, artifact));
}

async function open({ stores, context }: PublishRequest, target: Target): Promise<void> {
  const { plan, artifacts } = target;
  const kind = stores.get(plan.kind);
  if (kind === undefined) throw new Error(`the Plan names a store of kind ${plan.kind}, which is in no table`);
  if (artifacts.length === 0) {
    throw new Problem("plan.empty", `nothing would go to ${plan.store}`, {
      place: plan.place,
      expected: "an `only` that some artifact fits",
    });
  }
  try {
    target.store = await kind.open(plan.options, { ...context, artifacts });
  } catch (thrown) {
    // Stores know no places: what is wrong with one is wrong where the config names it.
    throw thrown instanceof Problem ? placed(thrown, plan.place) : thrown;
  }
}

async function put(request: PublishRequest, target: Target): Promise<void> {
  if (target.store === undefined) return;
  const { artifacts, store } = target;
  await putAll({
    artifacts,
    from: request.from,
    to: store,
    onReceipt: noting(request, target),
    signal: request.signal,
  });
}

async function pointInOrder(request: PublishRequest, targets: readonly Target[]): Promise<void> {
  for (const [index, target] of targets.entries()) {
    const { artifacts, store } = target;
    if (store === undefined) continue;
    await trying(target, async () => {
      await pointAll({ artifacts, to: store, onReceipt: noting(request, target), signal: request.signal });
    });
    if (target.problems.length > 0)
      return hold(targets.slice(index + 1), `${target.plan.store} comes first, and failed`);
  }
}

function hold(targets: readonly Target[], why: string): void {
  for (const target of targets) if (target.problems.length === 0) target.why = why;
}

function noting({ journal, onReceipt }: PublishRequest, { plan, receipts }: Target) {
  return async (receipt: Receipt): Promise<void> => {
    receipts.push(receipt);
    onReceipt?.(plan.store, receipt);
    await journal?.note(plan.store, receipt);
  };
}

/** Keeps one store's Problems from hiding another's. */
async function trying(target: Target, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    target.problems.push(...problems);
  }
}

function resultOf({ plan, store, receipts, problems, why }: Target): StoreResult {
  const isAlready = receipts.every(({ outcome }) => outcome === "already");
  const outcome = problems.length > 0 ? "failed" : why !== "" ? "skipped" : isAlready ? "already" : "done";
  return {
    store: plan.store,
    where: store?.where ?? plan.store,
    names: store?.names ?? "files",
    outcome,
    why,
    receipts,
    problems: withoutRepeats(problems),
  };
}
