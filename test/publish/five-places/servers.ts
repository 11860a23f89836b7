/** Five places of five kinds behind proxies that do wrong what a plan says: GitHub, Gitea, a bucket, a registry and a tap. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type FakeGithub, startFakeGithub } from "../../servers/github.ts";
import type { FakeRelease } from "../../servers/github/state.ts";
import { type FaultPlan, planFaults, type Proxy, startProxy } from "../../servers/proxy.ts";
import { type FakeRegistry, startFakeRegistry } from "../../servers/registry.ts";
import { type Gitea, startGitea } from "../../worlds/gitea.ts";
import { type ObjectServer, objectUser, startObjectServer } from "../../worlds/object-server.ts";

export const placeNames = ["github", "forge", "bucket", "registry", "tap"] as const;
export type PlaceName = (typeof placeNames)[number];

export const tag = "v1.0.0";
export const earlierTag = "v0.9.0";
export const bucket = "releases";

export interface Servers {
  readonly github: FakeGithub;
  readonly gitea: Gitea;
  readonly objects: ObjectServer;
  readonly registry: FakeRegistry;
  readonly proxies: Readonly<Record<PlaceName, Proxy>>;
  /** For Slipway: tokens and keys by the names its config has. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes the repositories on both forges of the project in `folder`, whose tag is at HEAD. */
  introduce(folder: string): Promise<void>;
  /** As before the first publish, with this plan for all that comes. */
  reset(plan?: FaultPlan): Promise<void>;
  /** What the API of Gitea answers its user. */
  ask(method: string, path: string, json?: unknown): Promise<unknown>;
  /** What git says in a clone of the tap that is made anew each time it is fetched. */
  tap(...args: readonly string[]): string;
  stop(): Promise<void>;
}

/** Where the object server keeps uploads that have no name yet, in the bucket's folder. */
export const unfinished = ".sgwtmp";

const clean = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

export async function startServers(): Promise<Servers> {
  const home = mkdtempSync(join(tmpdir(), "slipway-five-places-"));
  const [github, gitea, objects, registry] = await Promise.all([
    startFakeGithub(),
    startGitea(),
    startObjectServer("versitygw", [bucket]),
    startFakeRegistry(),
  ]);
  const upstreams: Readonly<Record<PlaceName, string>> = {
    github: github.origin,
    forge: gitea.url,
    bucket: objects.url,
    registry: `http://${registry.host}`,
    tap: gitea.url,
  };
  const started = await Promise.all(placeNames.map(async (name) => [name, await startProxy(upstreams[name])] as const));
  const proxies = Object.fromEntries(started) as Readonly<Record<PlaceName, Proxy>>;
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], { encoding: "utf8", env: clean, stdio: "pipe" }).trimEnd();
  const remote = (name: string): string =>
    `http://${gitea.user}:${gitea.token}@${gitea.host}/${gitea.user}/${name}.git`;
  const mirror = join(home, "tap.git");
  let first = "";

  const ask: Servers["ask"] = async (method, path, json) => {
    const answer = await fetch(`${gitea.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `token ${gitea.token}`, "content-type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };

  async function introduce(folder: string): Promise<void> {
    await ask("POST", "user/repos", { name: "tool", default_branch: "main" });
    await ask("POST", "user/repos", { name: "tap", default_branch: "main", auto_init: true });
    git("-C", folder, "push", "-q", remote("tool"), "HEAD:refs/heads/main", tag);
    // Gitea learns a moment after the push what was pushed.
    const isEmpty = async (): Promise<boolean> =>
      ((await ask("GET", `repos/${gitea.user}/tool`)) as { readonly empty: boolean }).empty;
    while (await isEmpty()) await new Promise((resolve) => setTimeout(resolve, 50));
    git("clone", "-q", "--mirror", remote("tap"), mirror);
    first = git("-C", mirror, "rev-parse", "main");
    const commit = git("-C", folder, "rev-parse", `${tag}^{commit}`);
    github.repository(`${gitea.user}/tool`).refs.set(`refs/tags/${tag}`, commit);
  }

  async function reset(plan = planFaults()): Promise<void> {
    for (const proxy of started) proxy[1].reset(plan);
    github.limit.remaining = 5000; // an hour's
    const repository = github.repository(`${gitea.user}/tool`);
    // What is the only release there is the latest, whatever anybody asks for.
    const earlier = earlierRelease(github.state.next());
    repository.releases.splice(0, Infinity, earlier);
    repository.seen.splice(0);
    repository.latest = earlier.id;
    const there = (await ask("GET", `repos/${gitea.user}/tool/releases?draft=true`)) as readonly {
      readonly id: number;
    }[];
    const published = (await ask("GET", `repos/${gitea.user}/tool/releases`)) as readonly { readonly id: number }[];
    for (const id of new Set([...there, ...published].map((release) => release.id)))
      await ask("DELETE", `repos/${gitea.user}/tool/releases/${id}`);
    objects.empty(bucket);
    for (const repository of [registry.state.find("ada/tool")]) {
      repository?.tags.clear();
      repository?.manifests.clear();
      repository?.blobs.clear();
    }
    git("-C", mirror, "fetch", "-q", "--prune");
    const refs = git("-C", mirror, "for-each-ref", "--format=%(refname)").split("\n");
    const stale = refs.filter((ref) => ref !== "refs/heads/main").map((ref) => `:${ref}`);
    if (stale.length > 0 || git("-C", mirror, "rev-parse", "main") !== first)
      git(
        "-C",
        mirror,
        "-c",
        "remote.origin.mirror=false",
        "push",
        "-q",
        "--force",
        remote("tap"),
        `${first}:refs/heads/main`,
        ...stale,
      );
  }

  return {
    github,
    gitea,
    objects,
    registry,
    proxies,
    env: {
      GITHUB_TOKEN: github.token,
      GITEA_TOKEN: gitea.token,
      S3_KEY: objectUser.accessKey,
      S3_SECRET: objectUser.secretKey,
    },
    introduce,
    reset,
    ask,
    tap(...args) {
      git("-C", mirror, "fetch", "-q", "--prune");
      return git("-C", mirror, ...args);
    },
    async stop() {
      for (const [, proxy] of started) await proxy.stop();
      await Promise.all([github.stop(), gitea.stop(), objects.stop(), registry.stop()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** One that was the latest before, with no files. */
function earlierRelease(id: number): FakeRelease {
  const text = { name: "tool 0.9.0", body: null, target: "main", tag: earlierTag, discussion: undefined };
  const state = { draft: false, prerelease: false, immutable: false, publishedAt: "2026-01-29T12:00:00Z" };
  return { id, made: id, ...text, ...state, assets: [] };
}
