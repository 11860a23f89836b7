/** Says what the Plan announces, each once, all at the same time: one that fails hides and blocks no other. */
import { createHash } from "node:crypto";

import type { Digest } from "../../model/artifact.ts";
import type { KindTable } from "../../model/kind.ts";
import type { AnnouncePlan } from "../../model/plan.ts";
import { placed, Problem, problemsOf } from "../../model/problem.ts";
import type { AnnounceContext, Announcer } from "./kind.ts";
import type { AnnounceRecord } from "./record.ts";
import { isDoubtful } from "./send.ts";

export interface AnnounceRequest {
  readonly announce: readonly AnnouncePlan[];
  readonly kinds: KindTable<Announcer>;
  /** Of release.json. */
  readonly release: Digest;
  readonly record: AnnounceRecord;
  /** Names that are said whatever the record says. */
  readonly again: readonly string[];
  readonly contextOf: (plan: AnnouncePlan, once: string) => AnnounceContext;
}

export interface AnnounceResult {
  readonly name: string;
  readonly kind: string;
  /** `already`: it was said before. */
  readonly outcome: "done" | "already" | "skipped" | "failed";
  readonly why?: string | undefined;
  /** Where people read it. */
  readonly url?: string | undefined;
  readonly problems: readonly Problem[];
}

/** What became of each, in the order of the Plan. Only defects are thrown. */
export function announceAll(request: AnnounceRequest): Promise<readonly AnnounceResult[]> {
  return Promise.all(request.announce.map((plan) => trying(plan, () => announceOne(request, plan))));
}

/** The same for the same announcement of the same Release, as services know repeated requests by. */
export function onceOf(release: Digest, name: string): string {
  return createHash("sha256").update(`${release}\0${name}`).digest("hex");
}

async function announceOne(
  request: AnnounceRequest,
  plan: AnnouncePlan,
): Promise<Omit<AnnounceResult, "name" | "kind">> {
  const { record, release, again } = request;
  const { name } = plan;
  const kind = kindOf(request.kinds, plan);
  const known = again.includes(name) ? undefined : record.find(name);
  if (known?.state === "said") return { outcome: "already", url: known.url, problems: [] };
  if (known?.state === "sending" && !kind.repeatable) throw interrupted(name);
  // Who asks for it again does not want what the service takes for the same.
  const once = onceOf(release, again.includes(name) ? `${name}\0${Date.now()}` : name);
  const context = request.contextOf(plan, once);
  await record.sending(name);
  try {
    const { outcome, url, why } = await kind.announce(plan.options, context);
    if (outcome === "skipped") await record.forget(name);
    else await record.said(name, url);
    return { outcome, url, why, problems: [] };
  } catch (thrown) {
    const problems = problemsOf(thrown) ?? [];
    const isCertain = problems.length > 0 && !problems.some((problem) => isDoubtful(problem) || isStop(problem));
    if (isCertain) await record.forget(name);
    throw thrown;
  }
}

/** Who stops in the middle of it does not know what was heard. */
function isStop({ code }: Problem): boolean {
  return code === "step.stopped" || code === "step.timeout";
}

function kindOf(kinds: KindTable<Announcer>, { kind }: AnnouncePlan): Announcer {
  const found = kinds.get(kind);
  if (found === undefined) throw new Error(`the Plan names an announcement of kind ${kind}, which is in no table`);
  return found;
}

function interrupted(name: string): Problem {
  return new Problem(
    "store.unreachable",
    `${name} may have been announced: the run that did it has not seen the answer`,
    {
      hint: `Look whether it is there; if not, run \`slipway announce --again ${name}\`.`,
    },
  );
}

async function trying(
  { name, kind, place }: AnnouncePlan,
  work: () => Promise<Omit<AnnounceResult, "name" | "kind">>,
): Promise<AnnounceResult> {
  try {
    return { name, kind, ...(await work()) };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    const named = problems.map((problem) => placed(problem, place));
    return { name, kind, outcome: "failed", problems: named };
  }
}
