/** Publishes small Releases to a real Gitea, through the whole transaction. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { ReleaseAbout } from "../../src/model/about.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { StoreResult } from "../../src/publish/publish.ts";
import { giteaKind } from "../../src/store/gitea.ts";
import type { OpenableStore, StoreContext } from "../../src/store/kind.ts";
import { openReleased } from "../../src/store/released.ts";
import { makeRelease } from "../worlds/release.ts";
import { aboutOf, contextOf } from "./context.ts";
import { publishAt } from "./publish-at.ts";

/** Waits for nothing. */
export const gitea = giteaKind({ sleep: async () => {} });

export interface Release {
  readonly dist: string;
  readonly root: string;
  readonly artifacts: readonly Artifact[];
}

/** A Release of one archive; `size` makes its bytes other ones, and `of` says what it is. */
export async function smallRelease(home: string, name: string, size = 300, of: Partial<Plan> = {}): Promise<Release> {
  const root = join(home, name);
  const dist = join(root, "dist");
  mkdirSync(root, { recursive: true });
  const made = await makeRelease(root, { formats: ["zip"], programSize: size, of });
  await made.write(dist);
  const { artifacts } = await openReleased(dist, "flat");
  return { root, dist, artifacts };
}

export interface Publishing {
  readonly options: JsonObject;
  readonly about: Partial<ReleaseAbout>;
  readonly token: string;
  readonly drafts?: boolean;
  /** Over the usual environment. */
  readonly env?: StoreContext["env"] | undefined;
}

export function giteaContext({ root, dist }: Release, { about, token, drafts, env }: Publishing): StoreContext {
  const context = contextOf(root, dist, {
    "env:GITEA_TOKEN": token,
    "env:GITLAB_TOKEN": token,
    "env:CI_JOB_TOKEN": token,
  });
  const more = drafts === undefined ? {} : { drafts };
  return { ...context, env: { ...context.env, ...env }, about: aboutOf(about), ...more };
}

/** To a Gitea, or to another kind of store. */
export async function publishTo(
  release: Release,
  publishing: Publishing,
  kind: OpenableStore = gitea,
): Promise<StoreResult> {
  const { from } = await openReleased(release.dist, "flat");
  const { artifacts } = release;
  return publishAt({ kind, options: publishing.options, artifacts, from, context: giteaContext(release, publishing) });
}
