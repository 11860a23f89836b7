/** Asks GitHub, before anything is sent, whether a release can go there: the answer is one line for each thing that was asked. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { JsonObject } from "../../model/json.ts";
import { type Problem, problemsOf } from "../../model/problem.ts";
import type { RetryOptions } from "../http/retry.ts";
import type { Probed, StoreContext } from "../kind.ts";
import { connect, type Github } from "./connect.ts";
import { githubDecided } from "./options.ts";
import { probeClock, probeQuota, probeScope, probeToken } from "./probe-token.ts";
import { probeNames, probeRelease, probeSettings, probeTag } from "./probe-release.ts";
import { openSession } from "./session.ts";

export interface ProbeRequest {
  readonly options: JsonObject;
  readonly context: StoreContext;
  readonly timing: Partial<RetryOptions>;
  /** What will go there. */
  readonly expected: readonly ExpectedArtifact[];
}

/** Only reads. */
export async function probeGithub({ options, context, timing, expected }: ProbeRequest): Promise<readonly Probed[]> {
  const found: Probed[] = [];
  const noting = async (what: string, work: () => Promise<readonly Probed[]>): Promise<boolean> => {
    try {
      found.push(...(await work()));
      return true;
    } catch (thrown) {
      found.push(failedAt(what, thrown));
      return false;
    }
  };
  let github: Github | undefined;
  await noting("token", async () => {
    github = await connect(githubDecided.parse(options), context, timing);
    return [];
  });
  if (github === undefined) return found;
  const asked = github;
  try {
    const isKnown = await noting("token", () => probeToken(asked));
    if (!isKnown) return found;
    await noting("quota", () => probeQuota(asked, expected.length));
    await noting("clock", () => probeClock(asked));
    const isThere = await noting("scope", () => probeScope(asked));
    if (!isThere) return found;
    await noting("settings", async () => {
      const session = await openSession(options, context, timing);
      try {
        await noting("tag", () => probeTag(session));
        await noting("names", () => probeRelease(session));
        return [...probeNames(expected), probeSettings(session)];
      } finally {
        session.github.http.close();
      }
    });
    return found;
  } finally {
    asked.http.close();
  }
}

function failedAt(what: string, thrown: unknown): Probed {
  const [problem] = problemsOf(thrown) ?? [];
  if (problem === undefined) throw thrown;
  return failed(what, problem);
}

export function failed(what: string, problem: Problem): Probed {
  const isOut = problem.code === "store.unreachable";
  return { what, outcome: isOut ? "unknown" : "failed", detail: problem.message, problem };
}
