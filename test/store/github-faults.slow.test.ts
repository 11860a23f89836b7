/** Whatever goes wrong at whichever request to GitHub, publishing again ends as if nothing had, and nothing is seen too early. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Problem } from "../../src/model/problem.ts";
import type { Act } from "../servers/faults.ts";
import type { Repository } from "../servers/github/state.ts";
import { type GithubWorld, type Publishing, shownOf, startGithubWorld } from "./github/world.ts";

let world: GithubWorld;
beforeAll(async () => (world = await startGithubWorld()));
afterAll(() => world.stop());

/** What goes wrong; `stop` ends the run. */
type Fault = (stop: () => void) => Act | undefined;

const lag =
  (lists: number, act?: Act): Fault =>
  () => {
    world.fake.state.stale = lists;
    return act;
  };

const faults: Readonly<Record<string, Fault>> = {
  "a connection that ends before anything is done": () => ({ reset: 0 }),
  "a connection that ends when it is done": () => ({ cut: 0 }),
  "a 502 before anything is done": () => ({ status: 502 }),
  "a 502 when it is done": () => ({ after: 502 }),
  "a 422": () => ({ status: 422, body: '{"message":"Validation Failed"}' }),
  "a secondary limit": () => ({ status: 403, headers: { "retry-after": "1" }, body: '{"message":"too many"}' }),
  "a secondary limit said in words alone": () => ({ status: 403, body: '{"message":"a secondary rate limit"}' }),
  "lists that lag behind": lag(2),
  "an answer that is lost while lists lag behind": lag(4, { cut: 0 }),
  "a run that is stopped": (stop) => {
    stop();
    return undefined;
  },
  "a run that is stopped when lists lag behind": (stop) => {
    stop();
    world.fake.state.stale = 2;
    return { cut: 0 };
  },
};

/** What a release starts from, and how it is published. */
const lives: Readonly<Record<string, Publishing & { readonly before: (repository: Repository) => void }>> = {
  "a new release": { before: () => undefined },
  "a nightly in place of another": {
    before: (repository) => addRelease(repository, "nightly"),
    about: { isNightly: true, tag: "", version: "1.2.4-nightly" },
  },
  "files for a release that is out": {
    before: (repository) => addRelease(repository, "v1.2.3"),
    options: { existing: "append" },
  },
};

function addRelease(repository: Repository, tag: string): void {
  const common = { target: "main", prerelease: false, immutable: false, discussion: undefined };
  const [id, made] = [world.fake.state.next(), world.fake.state.next()];
  const text = { name: "theirs", body: `<!-- slipway: sha256:${"0".repeat(64)} of release.json -->` };
  repository.refs.set(`refs/tags/${tag}`, tag === "nightly" ? "c".repeat(40) : "1".repeat(40));
  repository.releases.push({ ...common, ...text, id, made, tag, draft: false, publishedAt: null, assets: [] });
}

/** Whatever was ever seen, but for files that waited for their names. */
function seenIn({ seen }: Repository): readonly string[] {
  return seen.filter((line) => !line.endsWith(".slipway-part")).toSorted();
}

describe.each(Object.entries(lives))("%s", (name, { before, ...publishing }) => {
  const request = (): Publishing => ({ ...publishing, artifacts: world.artifacts.slice(-2) });

  // What is there before makes no difference to most of them.
  const some = Object.entries(faults).filter(
    ([words]) => name === "a new release" || /ends when|lost|stopped/.test(words),
  );
  test.each(some)("after %s ends as without", async (wrong, fault) => {
    world.fake.limit.remaining = 100_000;
    const calm = world.repository();
    before(calm);
    const begun = world.fake.log.length;
    expect(await world.publish(calm, request())).toMatchObject({ outcome: "done", problems: [] });
    const requests = world.fake.log.length - begun;
    expect(requests).toBeGreaterThan(10);

    for (let at = 1; at <= requests; at += 1) {
      const repository = world.repository();
      before(repository);
      const stop = new AbortController();
      const ending = (): void => stop.abort(new Problem("step.stopped", "stopped"));
      world.fake.faultsAt.set(world.fake.log.length + at, () => fault(ending));
      await world.publish(repository, { ...request(), context: { signal: stop.signal } });
      world.fake.faultsAt.clear();
      // Lists that lag behind for the next run too are caught up with by the one after.
      if (world.fake.state.stale > 0) await world.publish(repository, request());
      world.fake.state.stale = 0;
      const again = await world.publish(repository, request());
      const words = `request ${at} of ${requests}`;
      expect([words, again.problems, ["done", "already"].includes(again.outcome)]).toEqual([words, [], true]);
      // Where lists tell all there is, nothing is ever made twice.
      if (!/lists/.test(wrong)) expect([words, repository.created]).toEqual([words, calm.created]);
      expect([words, shownOf(repository)]).toEqual([words, shownOf(calm)]);
      expect([words, seenIn(repository)]).toEqual([words, seenIn(calm)]);
    }
  });
});
