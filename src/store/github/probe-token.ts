/** What GitHub says of the token: valid, until when, for what, and how many requests are left. */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import { probeClock } from "../clock.ts";
import type { Probed } from "../kind.ts";
import type { Github } from "./connect.ts";
import { askRepository, whereOf } from "./session.ts";
import { repositoryShape } from "./shapes.ts";
import { mayWrite, tokenFacts, tooLittle } from "./token.ts";

const day = 24 * 60 * 60 * 1000;

/** Requests a release takes besides those for its files, and for each of these: sent, and looked at. */
const [besides, each] = [20, 2];

const limitsShape = z.object({
  resources: z.object({ core: z.object({ limit: z.int(), remaining: z.int(), reset: z.int() }) }),
});

/** `GET /rate_limit` counts against no limit, and is answered to any token that is valid. */
export async function probeToken(github: Github): Promise<readonly Probed[]> {
  const answer = await github.ask({ method: "GET", path: "/rate_limit" });
  // An Enterprise Server without limits has nothing to say there.
  if (answer.status !== 200 && answer.status !== 404) throw github.refusal("show the token", answer);
  const { expires } = tokenFacts(answer.headers);
  if (expires === undefined) return [{ what: "token", outcome: "ok", detail: `${github.looked} is known there` }];
  const left = expires - github.now();
  const until = new Date(expires).toISOString().slice(0, 10);
  const detail = `${github.looked} is known there, and expires on ${until}`;
  return [{ what: "token", outcome: left < 7 * day ? "warning" : "ok", detail }];
}

export async function probeQuota(github: Github, files: number): Promise<readonly Probed[]> {
  const answer = await github.ask({ method: "GET", path: "/rate_limit" });
  if (answer.status !== 200) return [{ what: "quota", outcome: "unknown", detail: "it says nothing of limits" }];
  const { limit, remaining, reset } = answer.as(limitsShape).resources.core;
  const needed = besides + each * files;
  const detail = `${remaining} of ${limit} requests are left, about ${needed} are needed`;
  if (remaining >= needed) return [{ what: "quota", outcome: "ok", detail }];
  const problem = new Problem("store.unreachable", detail, {
    hint: `They are counted anew at ${new Date(reset * 1000).toISOString()}.`,
  });
  return [{ what: "quota", outcome: "warning", detail, problem }];
}

/** A clock that is wrong shows in signatures and in tokens long before it shows here. */
export async function askClock(github: Github): Promise<readonly Probed[]> {
  const { headers } = await github.ask({ method: "GET", path: "/rate_limit" });
  return [probeClock(headers.date, github.now())];
}

export async function probeScope(github: Github): Promise<readonly Probed[]> {
  const answer = await askRepository(github);
  const repository = answer.as(repositoryShape);
  const { scopes } = tokenFacts(answer.headers);
  const enough = scopes?.some((scope) => scope === "repo" || (scope === "public_repo" && !repository.private));
  if (mayWrite(repository) === false || enough === false) throw tooLittle(github, whereOf(github), scopes);
  const known = mayWrite(repository) === true;
  const detail = known ? `it may write to ${github.repository}` : "GitHub does not say whether it may write there";
  return [{ what: "scope", outcome: known ? "ok" : "unknown", detail }];
}
