/** Takes a release back out of a repository: a new commit gives its files what they had before. History stays as it is. */
import type { Receipt, Withdrawal } from "../../model/store.ts";
import { commitOn } from "./commit.ts";
import type { Change } from "./commit.ts";
import { isSame } from "./files.ts";
import { land, proposeBranch } from "./landing.ts";
import { moveRef } from "./moving.ts";
import type { GitPlace } from "./place.ts";
import { current } from "./pull/propose.ts";
import type { Oid, TreeFile } from "./repository.ts";
import type { Staging } from "./staging.ts";
import { findCommit, withdrawnMessage } from "./trailers.ts";

type Entry = Omit<TreeFile, "path"> | undefined;

/** What a commit did to a path. */
interface Step {
  readonly path: string;
  readonly before: Entry;
  readonly after: Entry;
}

export async function withdraw(place: GitPlace, staging: Staging, withdrawal: Withdrawal): Promise<readonly Receipt[]> {
  const closed = await closeProposal(place, staging, withdrawal);
  if (closed !== undefined) return closed;
  await place.tip();
  const { repository } = place.opened;
  const tip = (await place.tip()) === undefined ? undefined : await repository.fetch(place.ref, { deep: true });
  const found = tip === undefined ? undefined : await findCommit(repository, tip, withdrawal.release);
  const said = (outcome: Receipt["outcome"], name: string, more: Partial<Receipt> = {}): Receipt => ({
    act: "remove",
    name,
    digest: withdrawal.release,
    outcome,
    ...more,
  });
  if (found === undefined) return [said("skipped", place.branch, { why: "no commit of this release is there" })];
  if (found.isWithdrawn) return [said("already", place.branch)];
  const steps = await stepsOf(place, found.commit);
  const { url, outcome, paths } = await undo(place, steps, withdrawal);
  const left = { why: "somebody changed it since: it is left as it is" };
  return steps.map(({ path }) => (paths.has(path) ? said(outcome, path, { url }) : said("skipped", path, left)));
}

/** A pull request that nobody merged is closed, and there is nothing else. */
async function closeProposal(
  { pulls, decided, branch, staging: ref }: GitPlace,
  staging: Staging,
  { release }: Withdrawal,
): Promise<readonly Receipt[] | undefined> {
  if (pulls === undefined || decided.pullRequest === undefined) return undefined;
  const head = ref.replace(/^refs\/heads\//, "");
  const pull = current(await pulls.list({ head, base: branch }));
  if (pull?.state !== "open") return undefined;
  await pulls.close(pull);
  const why = await staging.remove();
  return [{ act: "remove", name: head, digest: release, outcome: "done", why, url: pull.url }];
}

/** What the commit changed, by git-diff-tree(1) -z: `:MODE MODE OID OID STATUS\0PATH\0`. */
async function stepsOf({ opened }: GitPlace, commit: Oid): Promise<readonly Step[]> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--no-commit-id", "--root", commit];
  const fields = (await opened.repository.here(args)).toString("utf8").split("\0");
  const entry = (mode: string, oid: string): Entry =>
    /^0+$/.test(mode) ? undefined : { mode: mode as TreeFile["mode"], oid };
  return fields.flatMap((field, at) => {
    const [, from, to, old, now] = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) \w/.exec(field) ?? [];
    const path = fields[at + 1];
    if (from === undefined || to === undefined || old === undefined || now === undefined || path === undefined)
      return [];
    return [{ path, before: entry(from, old), after: entry(to, now) }];
  });
}

async function undo(
  place: GitPlace,
  steps: readonly Step[],
  { why, release, backTo }: Withdrawal,
): Promise<Pick<Receipt, "outcome" | "url"> & { readonly paths: ReadonlySet<string> }> {
  const { about } = place.context;
  const title = `Withdraw ${about.project} ${about.version}`;
  const { project } = about;
  const back = backTo === undefined ? undefined : { project, version: backTo.version };
  const message = withdrawnMessage(title, { why, release, backTo: back });
  let paths: ReadonlySet<string> = new Set();
  const change = async (parent: Oid | undefined): Promise<Change> => {
    const files = await undone(place, parent, steps);
    // What an earlier attempt of ours put back is not somebody else's.
    paths = new Set([...paths, ...files.keys()]);
    return { message, files };
  };
  if (place.decided.pullRequest === undefined) {
    const outcome = await land(place, change);
    return { outcome, url: undefined, paths };
  }
  const { opened, withdrawing: ref, context, facts } = place;
  await moveRef(opened.repository, {
    ref,
    from: opened.refs.oids.get(ref),
    signal: context.signal,
    async make(now) {
      const parent = await place.tip();
      const commit = await commitOn(opened.repository, parent, await change(parent), facts);
      return commit === undefined || commit === now ? undefined : commit;
    },
  });
  const pull = await proposeBranch(place, ref, { title, body: why });
  return { outcome: pull.state === "open" ? "pending" : "already", url: pull.url, paths };
}

/** Only what is still as the release left it: what others changed since is theirs. */
async function undone(
  { opened }: GitPlace,
  parent: Oid | undefined,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, Entry>> {
  const files = new Map<string, Entry>();
  for (const { path, before, after } of steps) {
    const now = parent === undefined ? undefined : await opened.repository.entry(parent, path);
    if (after === undefined ? now === undefined : isSame(now, after)) files.set(path, before);
  }
  return files;
}
