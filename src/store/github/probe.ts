/** Asks GitHub, before anything is sent, whether a release can go there: the answer is one line for each thing that was asked. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { JsonObject } from "../../model/json.ts";
import type { RetryOptions } from "../http/retry.ts";
import type { Probed, StoreContext } from "../kind.ts";
import { laterLines } from "../later.ts";
import { isStopped, probingAll } from "../probing.ts";
import { connect, type Github } from "./connect.ts";
import { githubDecided } from "./options.ts";
import { askClock, probeQuota, probeScope, probeToken } from "./probe-token.ts";
import { probeNames, probeRelease, probeSettings, probeTag } from "./probe-release.ts";
import { leavingAt } from "./place.ts";
import { openSession } from "./session.ts";
import { githubStore } from "./store.ts";

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
  /** Whether what comes after makes sense. */
  const noting = async (what: string, ask: () => Promise<readonly Probed[]>): Promise<boolean> => {
    const answers = await probingAll(what, ask);
    found.push(...answers);
    return !isStopped(answers);
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
    await noting("clock", () => askClock(asked));
    const isThere = await noting("scope", () => probeScope(asked));
    if (!isThere) return found;
    await noting("settings", async () => {
      const session = await openSession(options, context, timing);
      try {
        await noting("tag", () => probeTag(session));
        await noting("names", () => probeRelease(session));
        if (session.moves) await noting("names", () => laterLines(githubStore(session), leavingAt(session)));
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
