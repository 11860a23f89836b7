/** What keeps a release from a forge has one code and one wording, whichever forge it is, and whoever asks: before, or while publishing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { JsonObject } from "../../../src/model/json.ts";
import { type Problem, problemsOf } from "../../../src/model/problem.ts";
import { gitlabKind } from "../../../src/store/gitlab.ts";
import type { OpenableStore, StoreContext } from "../../../src/store/kind.ts";
import { openReleased } from "../../../src/store/released.ts";
import { type FakeGitlab, projectPath, startFakeGitlab } from "../../servers/gitlab.ts";
import { giteaContext, type Release, smallRelease } from "../gitea-world.ts";
import { gitlabOptions } from "../gitlab-options.ts";
import { commit, type GithubWorld, startGithubWorld } from "../github/world.ts";
import { publishAt } from "../publish-at.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-situations-"));
const elsewhere = "b".repeat(40);
const byHand = { tag_name: "v1.2.3", name: "Mine" };

/** A repository of its own whose tag v1.2.3 is the commit that is released. */
interface Forge {
  readonly kind: OpenableStore;
  readonly where: string;
  readonly looked: string;
  /** For `repository`, left out: its own. */
  options(more: JsonObject): JsonObject;
  readonly context: StoreContext;
  readonly tags: { set(commit: string): void; delete(): void };
  releaseByHand(): Promise<void>;
}

let release: Release;
let hub: GithubWorld;
const labs: FakeGitlab[] = [];
beforeAll(async () => {
  [release, hub] = [await smallRelease(home, "one"), await startGithubWorld()];
});
afterAll(async () => {
  await Promise.all([hub, ...labs].map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

async function post(url: string, headers: Readonly<Record<string, string>>, json: object): Promise<void> {
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(json) });
  expect(answer.status).toBe(201);
}

async function onGithub(): Promise<Forge> {
  const repository = hub.repository();
  const { refs, owner, name } = repository;
  return {
    kind: hub.kind,
    where: `${new URL(hub.fake.origin).host}/${owner}/${name}`,
    looked: "env:GITHUB_TOKEN",
    options: (more) => hub.options(repository, more),
    context: hub.context(),
    tags: { set: (to) => refs.set("refs/tags/v1.2.3", to), delete: () => refs.delete("refs/tags/v1.2.3") },
    releaseByHand: () =>
      post(
        `${hub.fake.endpoint}/repos/${owner}/${name}/releases`,
        { authorization: `Bearer ${hub.fake.token}`, "content-type": "application/json" },
        byHand,
      ),
  };
}

async function onGitlab(): Promise<Forge> {
  const lab = await startFakeGitlab();
  labs.push(lab);
  const { tags } = lab.state;
  tags.set("v1.2.3", commit);
  const token = "glpat-good";
  const url = `${lab.url}/api/v4/projects/${encodeURIComponent(projectPath)}/releases`;
  return {
    kind: gitlabKind({ sleep: async () => {} }),
    where: `${new URL(lab.url).host}/${projectPath}`,
    looked: "env:GITLAB_TOKEN",
    options: (more) => gitlabOptions(lab.url, more),
    context: giteaContext(release, { options: {}, about: { commit }, token }),
    tags: { set: (to) => tags.set("v1.2.3", to), delete: () => tags.delete("v1.2.3") },
    releaseByHand: () => post(url, { "private-token": token, "content-type": "application/json" }, byHand),
  };
}

async function failing(work: Promise<unknown> | undefined): Promise<Problem | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return problemsOf(thrown)?.[0];
  }
}

/** What is said before anything is made, what is said when it is asked in detail, and what publishing fails with. */
async function told(
  { kind, options, context }: Forge,
  more: JsonObject = {},
): Promise<readonly (Problem | undefined)[]> {
  const { artifacts, from } = await openReleased(release.dist, "flat");
  const probed = await kind.probe?.(options(more), context, artifacts);
  const result = await publishAt({
    kind,
    options: options(more),
    artifacts,
    from,
    context: { ...context, ...release, release: release.dist },
  });
  return [
    await failing(kind.reach?.(options(more), context)),
    probed?.find(({ outcome }) => outcome === "failed")?.problem,
    result.problems[0],
  ];
}

describe.each([
  ["github", onGithub],
  ["gitlab", onGitlab],
])("on %s", (_, open) => {
  test("a tag that is not there is told with how to push it, before anything is made", async () => {
    const forge = await open();
    forge.tags.delete();
    const problem = { code: "store.failed", message: `${forge.where} has no tag v1.2.3` };
    const hint = expect.stringContaining("git push origin v1.2.3");
    expect(await told(forge)).toMatchObject([1, 2, 3].map(() => ({ ...problem, hint })));
    expect(await failing(forge.kind.reach?.(forge.options({ target: "main" }), forge.context))).toBeUndefined();
    const nightly = { ...forge.context, about: { ...forge.context.about, isNightly: true } };
    expect(await failing(forge.kind.reach?.(forge.options({}), nightly))).toBeUndefined();
  });

  test("a tag of another commit is told with both", async () => {
    const forge = await open();
    forge.tags.set(elsewhere);
    const message = `the tag v1.2.3 of ${forge.where} stands for ${elsewhere}, not ${commit}`;
    expect(await told(forge)).toMatchObject([1, 2, 3].map(() => ({ code: "store.conflict", message })));
  });

  test("a release that somebody made is told, unless the config says what becomes of it", async () => {
    const forge = await open();
    await forge.releaseByHand();
    const message = expect.stringContaining(`${forge.where} has a release v1.2.3 that Slipway did not make: http`);
    const [reached, ...later] = await told(forge);
    expect(reached).toBeUndefined();
    expect(later).toMatchObject([1, 2].map(() => ({ code: "store.conflict", message })));
    const [, asked, published] = await told(forge, { existing: "replace" });
    expect([asked, published]).toEqual([undefined, undefined]);
  });

  test("a repository that is not there is told as one that the token may not see", async () => {
    const forge = await open();
    const message = expect.stringMatching(/ shows no (repository|project) acme\/gone to the token of env:/);
    const found = await told(forge, { repository: "acme/gone" });
    expect(found.slice(0, 2)).toMatchObject([1, 2].map(() => ({ code: "store.denied", message })));
  });
});
