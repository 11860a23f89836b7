/** A small Release, a fake GitHub with its repository, and publishing from one to the other without waiting. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ReleaseAbout } from "../../../src/model/about.ts";
import type { Artifact } from "../../../src/model/artifact.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { Problem } from "../../../src/model/problem.ts";
import type { Source, Store } from "../../../src/model/store.ts";
import type { StoreResult } from "../../../src/publish/publish.ts";
import { githubKind } from "../../../src/store/github.ts";
import type { OpenableStore, StoreContext } from "../../../src/store/kind.ts";
import { openReleased } from "../../../src/store/released.ts";
import { type FakeGithub, type GithubOptions, startFakeGithub } from "../../servers/github.ts";
import { latestOf } from "../../servers/github/releases.ts";
import type { FakeRelease, Repository } from "../../servers/github/state.ts";
import { makeRelease } from "../../worlds/release.ts";
import { aboutOf, contextOf } from "../context.ts";
import { forgeOptions } from "../forge/options.ts";
import { publishAt } from "../publish-at.ts";

/** The commit that is released. */
export const commit = "1".repeat(40);

/** What is known of the fake's clock: it stands still. */
export const now = Date.parse("2026-01-30T12:00:00Z");

export interface GithubWorld {
  readonly fake: FakeGithub;
  readonly artifacts: readonly Artifact[];
  readonly from: Source;
  /** Waits there were, in milliseconds. */
  readonly waits: number[];
  /** A repository of its own, whose tag v1.2.3 is the commit. */
  repository(): Repository;
  /** The kind under test, which waits for nothing. */
  readonly kind: OpenableStore;
  context(more?: Partial<StoreContext>, about?: Partial<ReleaseAbout>): StoreContext;
  /** As the Plan has them. */
  options(repository: Repository, more?: JsonObject): JsonObject;
  publish(repository: Repository, more?: Publishing): Promise<StoreResult>;
  open(repository: Repository, more?: Publishing): Promise<Store>;
  stop(): Promise<void>;
}

export interface Publishing {
  readonly options?: JsonObject;
  readonly about?: Partial<ReleaseAbout>;
  readonly context?: Partial<StoreContext>;
  readonly artifacts?: readonly Artifact[];
  /** Of another Release. */
  readonly from?: Source;
}

/** One Release of four files; `more` are options of the fake. */
export async function startGithubWorld(more: GithubOptions = {}): Promise<GithubWorld> {
  const home = mkdtempSync(join(tmpdir(), "slipway-github-"));
  const dist = join(home, "dist", "1.2.3");
  await (await makeRelease(home, { formats: ["zip"], index: "", programSize: 300 })).write(dist);
  const { artifacts, from } = await openReleased(dist, "flat");
  const fake = await startFakeGithub(more);
  const waits: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const kind: OpenableStore = githubKind({ sleep, now: () => now });
  let count = 0;
  const world: GithubWorld = {
    fake,
    artifacts,
    from,
    waits,
    kind,
    repository() {
      const repository = fake.repository(`acme/tool${(count += 1)}`);
      repository.refs.set("refs/tags/v1.2.3", commit);
      return repository;
    },
    context: (context = {}, about = {}) => ({
      ...contextOf(home, dist),
      about: aboutOf({ commit, notes: async () => "- a\n", ...about }),
      secret: async ({ from: where, name }) => {
        if (where === "env" && name === "GITHUB_TOKEN") return Buffer.from(fake.token);
        throw new Problem("key.missing", `${where}:${name} is not set`);
      },
      ...context,
    }),
    options: ({ owner, name }, options = {}) =>
      forgeOptions(fake.endpoint, `${owner}/${name}`, { discussion: "", ...options }),
    publish: (repository, { options, about, context, artifacts: some = artifacts, from: other = from } = {}) =>
      publishAt({
        kind,
        options: world.options(repository, options),
        artifacts: some,
        from: other,
        context: world.context(context, about),
        wait: sleep,
      }),
    open: (repository, { options, about, context } = {}) =>
      kind.open(world.options(repository, options), world.context(context, about)),
    async stop() {
      rmSync(home, { recursive: true, force: true });
      await fake.stop();
    },
  };
  return world;
}

/** What a release holds, in a form that two runs can be compared by. */
export function shownOf(repository: Repository): unknown {
  const { releases, refs } = repository;
  const latest = latestOf(repository)?.id;
  const of = ({ id, tag, name, body, draft, prerelease, assets }: FakeRelease): unknown => ({
    tag,
    name,
    body,
    draft,
    prerelease,
    isLatest: id === latest,
    assets: assets.map((asset) => `${asset.name} ${asset.state} ${asset.bytes.length}`).toSorted(),
  });
  return { releases: releases.map(of), refs: Object.fromEntries(refs) };
}
