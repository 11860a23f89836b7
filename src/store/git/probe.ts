/** Asks a repository, before anything is made, whether it would take what is going to be pushed. */
import { Problem } from "../../model/problem.ts";
import type { Probed, StoreContext } from "../kind.ts";
import { probing, probingAll } from "../probing.ts";
import { commitOn } from "./commit.ts";
import type { DecidedGit } from "./decided.ts";
import { type GitPlace, openPlace } from "./place.ts";

/** Fails where the repository cannot be read or pushed to. */
export async function reachGit(decided: DecidedGit, context: StoreContext): Promise<void> {
  const place = await openPlace(decided, context);
  try {
    await tryPush(place);
  } finally {
    await place.close();
  }
}

/** The same, thing by thing. */
export async function probeGit(decided: DecidedGit, context: StoreContext): Promise<readonly Probed[]> {
  return probingAll("token", async () => {
    const place = await openPlace(decided, context);
    try {
      const read: Probed = { what: "token", outcome: "ok", detail: "the repository can be read" };
      const pushing = await probing("scope", async () => {
        await tryPush(place);
        return { outcome: "ok", detail: "pushes are let in" };
      });
      return [read, pushing, await probing("settings", () => branch(place)), author(place)];
    } finally {
      await place.close();
    }
  });
}

/** The server is asked as for any push, and told nothing: git-push(1) --dry-run. Its hooks are not run, and its rules not asked. */
async function tryPush({ opened, decided, facts }: GitPlace): Promise<void> {
  const { repository } = opened;
  const unsigned = { ...facts, sign: undefined };
  const commit = await commitOn(repository, undefined, { files: new Map(), message: decided.message }, unsigned);
  const pushed = await repository.push({ ref: "refs/slipway/probe", to: commit, from: undefined, dryRun: true });
  if (pushed.outcome !== "done") throw pushed.problem;
}

async function branch({ branch: name, pulls, tip, decided }: GitPlace): Promise<Pick<Probed, "outcome" | "detail">> {
  if ((await tip()) === undefined) {
    if (decided.pullRequest !== undefined) throw noBase(name);
    return { outcome: "warning", detail: `the branch ${name} is not there: it will be made` };
  }
  const found = await pulls?.branch(name);
  if (found === undefined) return { outcome: "unknown", detail: `whether ${name} is protected` };
  if (!found.isProtected || decided.pullRequest !== undefined)
    return { outcome: "ok", detail: `the branch ${name} is there` };
  const detail = `${name} is protected: a push by this user may be refused, a pull request is not`;
  return { outcome: "warning", detail };
}

function noBase(name: string): Problem {
  return new Problem("store.failed", `there is no branch ${name} that a pull request could be merged into`, {
    expected: "`pullRequest: { base: NAME }` with a branch that is there",
  });
}

function author({ decided: { author: by } }: GitPlace): Probed {
  return { what: "author", outcome: "ok", detail: `commits are by ${by.name} <${by.email}>` };
}
