/** Taking back one release of a GitHub after the other leaves what is still good as the latest, and people are led to that. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Receipt } from "../../src/model/store.ts";
import { openReleased } from "../../src/store/released.ts";
import type { Repository } from "../servers/github/state.ts";
import { type Release, smallRelease } from "./gitea-world.ts";
import { commit, type GithubWorld, type Publishing, startGithubWorld } from "./github/world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-github-withdraw-"));
const versions = ["1.0.0", "1.1.0", "1.2.0"];
const made = new Map<string, Release>();
let world: GithubWorld;

beforeAll(async () => {
  world = await startGithubWorld();
  for (const version of versions)
    made.set(version, await smallRelease(home, version, 300, { version, tag: `v${version}` }));
});
afterAll(async () => {
  await world.stop();
  rmSync(home, { recursive: true, force: true });
});

function releaseOf(version: string): Release & Publishing {
  const release = made.get(version);
  if (release === undefined) throw new Error(`${version} was not made`);
  return { ...release, about: { version, tag: `v${version}` }, context: { release: release.dist } };
}

/** All three, one after the other. */
async function published(): Promise<Repository> {
  const repository = world.repository();
  for (const version of versions) {
    repository.refs.set(`refs/tags/v${version}`, commit);
    const release = releaseOf(version);
    const { from } = await openReleased(release.dist, "flat");
    expect(await world.publish(repository, { ...release, from })).toMatchObject({ outcome: "done" });
  }
  expect(await latestOf(repository)).toBe("v1.2.0");
  return repository;
}

/** In favour of the version before, as the command does. */
async function takeBack(repository: Repository, version: string): Promise<readonly Receipt[]> {
  const release = releaseOf(version);
  const [statement] = release.artifacts.filter(({ type }) => type === "release");
  const before = versions[versions.indexOf(version) - 1];
  if (statement === undefined) throw new Error("it has no release.json");
  const store = await world.open(repository, release);
  const receipts = await store.withdraw?.({
    why: "Broken.",
    release: statement.digest,
    backTo: before === undefined ? undefined : { version: before, tag: `v${before}` },
  });
  await store.close();
  return receipts ?? [];
}

/** As anybody is told. */
async function latestOf({ owner, name }: Repository): Promise<string | undefined> {
  const headers = { authorization: `Bearer ${world.fake.token}` };
  const answer = await fetch(`${world.fake.endpoint}/repos/${owner}/${name}/releases/latest`, { headers });
  return ((await answer.json()) as { readonly tag_name?: string }).tag_name;
}

test.each([
  ["newest first", ["1.2.0", "1.1.0"]],
  ["oldest first", ["1.1.0", "1.2.0"]],
])("the two newest, %s", async (_, order) => {
  const repository = await published();
  for (const version of order) await takeBack(repository, version);
  expect(await latestOf(repository)).toBe("v1.0.0");
  const last = repository.releases.find(({ tag }) => tag === `v${order.at(-1)}`);
  expect(last?.body).toContain("Use v1.0.0 instead.");
});

test("all of them: nothing is left to name, and that is said", async () => {
  const repository = await published();
  await takeBack(repository, "1.0.0");
  await takeBack(repository, "1.1.0");
  const why = "neither v1.1.0 nor any other earlier release is out";
  expect(await takeBack(repository, "1.2.0")).toMatchObject([{ outcome: "done" }, { outcome: "skipped", why }]);
  expect(await latestOf(repository)).toBeUndefined();
});
