/** Asks a repository, before anything is made, whether it would take what is going to be pushed. */
import { Problem, problemsOf } from "../../model/problem.ts";
import type { Probed, StoreContext } from "../kind.ts";
import { commitOn } from "./commit.ts";
import type { DecidedGit } from "./options.ts";
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
  let place: GitPlace;
  try {
    place = await openPlace(decided, context);
  } catch (thrown) {
    return [failedBy("token", thrown)];
  }
  try {
    const read: Probed = { what: "token", outcome: "ok", detail: "the repository can be read" };
    return [read, await pushing(place), ...(await branch(place)), author(place)];
  } finally {
    await place.close();
  }
}

async function pushing(place: GitPlace): Promise<Probed> {
  try {
    await tryPush(place);
    return { what: "scope", outcome: "ok", detail: "pushes are let in" };
  } catch (thrown) {
    return failedBy("scope", thrown);
  }
}

/** The server is asked as for any push, and told nothing: git-push(1) --dry-run. Its hooks are not run, and its rules not asked. */
async function tryPush({ opened, decided, facts }: GitPlace): Promise<void> {
  const { repository } = opened;
  const commit = await commitOn(repository, undefined, { files: new Map(), message: decided.message }, facts);
  const pushed = await repository.push({ ref: "refs/slipway/probe", to: commit, from: undefined, dryRun: true });
  if (pushed.outcome !== "done") throw pushed.problem;
}

async function branch({ branch: name, pulls, tip, decided }: GitPlace): Promise<readonly Probed[]> {
  if ((await tip()) === undefined) {
    const detail = `the branch ${name} is not there: it will be made`;
    return decided.pullRequest === undefined
      ? [{ what: "settings", outcome: "warning", detail }]
      : [failedBy("settings", noBase(name))];
  }
  if (pulls === undefined) return [{ what: "settings", outcome: "unknown", detail: `whether ${name} is protected` }];
  try {
    const found = await pulls.branch(name);
    if (found === undefined) return [{ what: "settings", outcome: "unknown", detail: `whether ${name} is protected` }];
    const mayFail = found.isProtected && decided.pullRequest === undefined;
    const detail = mayFail
      ? `${name} is protected: a push by this user may be refused, a pull request is not`
      : `the branch ${name} is there`;
    return [{ what: "settings", outcome: mayFail ? "warning" : "ok", detail }];
  } catch (thrown) {
    return [failedBy("settings", thrown)];
  }
}

function noBase(name: string): Problem {
  return new Problem("store.failed", `there is no branch ${name} that a pull request could be merged into`, {
    expected: "`pullRequest: { base: NAME }` with a branch that is there",
  });
}

function author({ decided: { author: by } }: GitPlace): Probed {
  return { what: "author", outcome: "ok", detail: `commits are by ${by.name} <${by.email}>` };
}

function failedBy(what: string, thrown: unknown): Probed {
  const [problem] = problemsOf(thrown) ?? [];
  if (problem === undefined) throw thrown;
  return { what, outcome: "failed", detail: problem.message, problem };
}
