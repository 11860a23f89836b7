/** Asks every place, before the first byte is sent, whether it would let the Release in: each question and its answer. */
import type { ExpectedArtifact } from "../model/artifact.ts";
import type { KindTable } from "../model/kind.ts";
import type { PublishPlan } from "../model/plan.ts";
import { placed, type Problem, problemsOf } from "../model/problem.ts";
import type { OpenableStore, Probed, StoreContext } from "../store/kind.ts";
import { chosen } from "./place.ts";

export interface ProbeRequest {
  readonly publish: readonly PublishPlan[];
  /** What will go somewhere, as far as it is known. */
  readonly expected: readonly ExpectedArtifact[];
  readonly stores: KindTable<OpenableStore>;
  readonly context: StoreContext;
}

export interface PlaceProbed {
  /** Name in the config, and its kind. */
  readonly store: string;
  readonly kind: string;
  readonly answers: readonly Probed[];
}

/** In the order of the config; all are asked at once. What fails is an answer; only defects are thrown. */
export async function probeAll(request: ProbeRequest): Promise<readonly PlaceProbed[]> {
  return Promise.all(
    request.publish.map(async (place) => ({
      store: place.store,
      kind: place.kind,
      answers: withPlace(await probe(request, place), place),
    })),
  );
}

async function probe({ expected, stores, context }: ProbeRequest, place: PublishPlan): Promise<readonly Probed[]> {
  const kind = stores.get(place.kind);
  try {
    if (kind?.probe !== undefined)
      return await kind.probe(place.options, context, chosen(place, { stores, artifacts: expected }));
    if (kind?.reach === undefined)
      return [{ what: "place", outcome: "unknown", detail: "it cannot be asked beforehand" }];
    await kind.reach(place.options, context);
    return [{ what: "place", outcome: "ok", detail: "it answers, and lets us in" }];
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems.map((problem) => ({
      what: problem.code === "key.missing" || problem.code === "key.invalid" ? "token" : "place",
      outcome: "failed",
      detail: problem.message,
      problem,
    }));
  }
}

function withPlace(answers: readonly Probed[], { place }: PublishPlan): readonly Probed[] {
  return answers.map((answer) =>
    answer.problem === undefined ? answer : { ...answer, problem: placed(answer.problem, place) },
  );
}

/** What of it keeps a Release from being published: failures without a Problem of their own are left to whoever prints them. */
export function problemsIn(places: readonly PlaceProbed[]): readonly Problem[] {
  return places.flatMap(({ answers }) => answers.flatMap(({ problem }) => problem ?? []));
}
