/** Proposes a branch: one pull request, however often it is asked for. */
import { resolve } from "node:path";

import { Problem } from "../../../model/problem.ts";
import { httpClient } from "../../http.ts";
import { type RetryOptions, retryOptions } from "../../http/retry.ts";
import { jsonApi } from "../../json-api.ts";
import type { StoreContext } from "../../kind.ts";
import { secretWords } from "../../token.ts";
import { readAddress } from "../address.ts";
import type { DecidedGit } from "../decided.ts";
import { pullsBy } from "./ask.ts";
import type { Pull, PullForge, PullRequest, Pulls } from "./forge.ts";
import { pullForges } from "./table.ts";

/** The API of the repository's forge, logged in; undefined where the forge or the token is not known. `timing` is for tests. */
export function openPulls(
  decided: Pick<DecidedGit, "git" | "forge" | "endpoint" | "token" | "ca" | "insecure">,
  context: Pick<StoreContext, "root" | "env" | "signal">,
  token: string | undefined,
  timing: Partial<RetryOptions> = {},
): { readonly forge: PullForge; readonly pulls: Pulls; close(): void } | undefined {
  const forge = pullForges.get(decided.forge);
  const { web, repository } = readAddress(decided.git);
  if (forge === undefined || token === undefined || web === "") return undefined;
  const ca = decided.ca === "" ? undefined : resolve(context.root, decided.ca);
  const { env, signal } = context;
  const client = httpClient({ env, ca, insecure: decided.insecure, signal, retry: timing });
  const http = forge.limits?.patient(client, { ...retryOptions(timing), signal }) ?? client;
  const api = jsonApi({
    http,
    base: new URL(decided.endpoint === "" ? forge.endpoint(web) : decided.endpoint),
    authorization: forge.authorization(token),
    headers: forge.headers,
    looked: decided.token === undefined ? "" : secretWords(decided.token),
    isLimit: forge.limits?.isMet,
  });
  return { forge, pulls: pullsBy(api, forge.requests(repository)), close: () => http.close() };
}

/** The one that matters: the oldest that is open, else one that was merged, else the newest. `all` are newest first. */
export function current(all: readonly Pull[]): Pull | undefined {
  return all.findLast(({ state }) => state === "open") ?? all.find(({ state }) => state === "merged") ?? all[0];
}

/**
 * The pull request of this head, opened where there is none. An uncertain answer is followed by a look, so there are never two. Fails
 * with `store.denied` where somebody closed it.
 */
export async function propose(pulls: Pulls, request: PullRequest): Promise<Pull> {
  const found = current(await pulls.list(request));
  const pull = found ?? (await createOnce(pulls, request));
  if (pull.state === "closed")
    throw new Problem("store.denied", `${pull.url} was closed without being merged`, {
      hint: "Reopen it there where it should go on, or release a new version.",
    });
  if (pull.state === "open" && request.labels.length > 0) await pulls.label(pull, request.labels);
  return pull;
}

async function createOnce(pulls: Pulls, request: PullRequest): Promise<Pull> {
  let failure: unknown;
  const created = await pulls.create(request).catch((thrown: unknown) => {
    failure = thrown;
  });
  const all = await pulls.list(request);
  const made = current(all) ?? created;
  if (made === undefined) throw failure;
  // Two publishers may have asked at the same moment, and not every forge refuses the second: both keep the first.
  const others = all.filter(({ state, number }) => state === "open" && number !== made.number);
  for (const other of others) await pulls.close(other);
  return made;
}
