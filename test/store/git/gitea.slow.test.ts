/** A tap on a real Gitea: git over HTTP with a token, rules of a server, and pull requests that somebody merges. */
import { afterAll, beforeAll, describe, expect } from "vitest";

import type { Problem } from "../../../src/model/problem.ts";
import type { Store } from "../../../src/model/store.ts";
import { probeGit, reachGit } from "../../../src/store/git/probe.ts";
import type { StoreContext } from "../../../src/store/kind.ts";
import { judge, needs } from "../../judges.ts";
import { type ForgeRepository, giteaRepository } from "../../worlds/gitea-repository.ts";
import { type Gitea, giteaObstacle, startGitea } from "../../worlds/gitea.ts";
import { contextOf } from "../context.ts";
import { badGateway, planFaults, type ProxyFault, slowDown, startProxy, unprocessable } from "../../servers/proxy.ts";
import { artifactOf, decidedFrom, makeTap, releaseTo, said, type Tap, textOf } from "./tap.ts";

let forge: Gitea;
let here: Tap;
let weak: string;
let count = 0;
const isHere = judge("gitea") !== undefined && giteaObstacle() === undefined;

beforeAll(async () => {
  if (!isHere) return;
  here = makeTap();
  forge = await startGitea();
  weak = await forge.tokenWith("read:repository");
}, 60_000);
afterAll(async () => {
  if (isHere) await forge.stop();
  here?.remove();
});

const files = { "tool.rb": "class Tool\n" };

interface World {
  readonly repository: ForgeRepository;
  readonly url: string;
  context(token?: string): StoreContext;
  options(more?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  open(more?: Readonly<Record<string, unknown>>, token?: string): Promise<Store>;
  ask<T>(method: string, path: string, json?: unknown): Promise<T>;
  /** Text of a file of the default branch; undefined where there is none. */
  file(path: string): Promise<string | undefined>;
  branches(): Promise<readonly string[]>;
}

interface PullOfGitea {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly html_url: string;
  readonly labels: readonly { readonly name: string }[];
}

function onGitea(title: string, body: (world: World) => Promise<void>): void {
  needs("gitea")(
    title,
    async (_, test) => {
      const obstacle = giteaObstacle();
      if (obstacle !== undefined) test.skip(obstacle);
      const repository = await giteaRepository(forge, `tap${(count += 1)}`);
      const root = `${forge.url}/api/v1/repos/${repository.name}`;
      const url = `${forge.url}/${repository.name}.git`;
      const asking = async (method: string, path: string, json?: unknown): Promise<Response> =>
        fetch(`${root}${path}`, {
          method,
          headers: { authorization: `token ${forge.token}`, "content-type": "application/json" },
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        });
      const world: World = {
        repository,
        url,
        context: (token = forge.token) => contextOf(here.home, here.home, { "env:TAP_TOKEN": token }),
        options: (more = {}) => ({
          git: url,
          token: "env:TAP_TOKEN",
          path: "Formula/{{ artifact }}",
          forge: "gitea",
          ...more,
        }),
        open: (more, token) => here.open(world.options(more), world.context(token)),
        async ask(method, path, json) {
          const answer = await asking(method, path, json);
          const text = await answer.text();
          if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
          return (text === "" ? undefined : JSON.parse(text)) as never;
        },
        async file(path) {
          const answer = await asking("GET", `/raw/${path}?ref=main`);
          return answer.ok ? answer.text() : undefined;
        },
        branches: async () =>
          (await world.ask<readonly { name: string }[]>("GET", "/branches")).map(({ name }) => name).toSorted(),
      };
      await body(world);
    },
    60_000,
  );
}

const problemOf = async (work: Promise<unknown>): Promise<Problem> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (thrown: Problem) => thrown,
  );

describe("a tap on Gitea", () => {
  onGitea("gets its formula by a push with a token, and tells where it is", async ({ open, file, branches, url }) => {
    const receipts = await releaseTo(await open(), files);
    expect(said(receipts)).toEqual(["put tool.rb done", "point tool.rb done"]);
    expect(await file("Formula/tool.rb")).toBe("class Tool\n");
    expect(await branches()).toEqual(["main"]);
    const page = `${url.replace(/\.git$/, "")}/src/branch/main/Formula/tool.rb`;
    expect(receipts[1]?.url).toBe(page);
    expect((await fetch(page, { headers: { authorization: `token ${forge.token}` } })).status).toBe(200);
    expect(said(await releaseTo(await open(), files))).toEqual(["put tool.rb already", "point tool.rb already"]);
    // Bytes of files are fetched only when somebody asks for them.
    const store = await open();
    expect(await store.state?.()).toBeUndefined();
    expect(await store.look("tool.rb")).toMatchObject({ digest: artifactOf("tool.rb", files["tool.rb"]).digest });
    expect(await textOf(await store.read?.("tool.rb"))).toBe("class Tool\n");
    expect(await store.look("README.md")).toBeUndefined();
    await store.close();
  });

  onGitea("is not written with a token that may only read, and says so before anything is made", async (world) => {
    const { options, context, open, branches } = world;
    const decided = decidedFrom(options());
    await reachGit(decided, context());
    expect(await problemOf(reachGit(decided, context(weak)))).toMatchObject({ code: "store.denied" });
    expect(await problemOf(reachGit(decided, context("0".repeat(40))))).toMatchObject({ code: "store.denied" });
    const probed = await probeGit(decided, context(weak));
    expect(probed.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
      "token ok",
      "scope failed",
      "settings ok",
      "author ok",
    ]);
    expect(await problemOf(releaseTo(await open({}, weak), files))).toMatchObject({ code: "store.denied" });
    expect(await branches()).toEqual(["main"]);
  });

  onGitea("whose branch is protected is told beforehand, refuses the push, and takes a pull request", async (world) => {
    await world.ask("POST", "/branch_protections", { rule_name: "main", enable_push: false });
    const probed = await probeGit(decidedFrom(world.options()), world.context());
    expect(probed.find(({ what }) => what === "settings")).toMatchObject({ outcome: "warning" });
    const problem = await problemOf(releaseTo(await world.open(), files));
    expect(problem).toMatchObject({ code: "store.denied", hint: expect.stringContaining("pullRequest") as string });
    expect(said(await releaseTo(await world.open({ pullRequest: true }), files))).toEqual([
      "put tool.rb done",
      "point tool.rb pending",
    ]);
  });
});

describe("a network that breaks", () => {
  // To where it waits, to the branch, and to take away what waits.
  const breaking: readonly (readonly [push: number, fault: ProxyFault])[] = [
    [1, "reset-after"],
    [2, "reset-after"],
    [2, badGateway],
    [3, "reset-after"],
    [3, badGateway],
    [3, unprocessable],
    [3, slowDown],
  ];
  for (const [which, fault] of breaking)
    onGitea(`at push ${which}, ${JSON.stringify(fault)}, ends with one commit`, async (world) => {
      const { repository, open, ask } = world;
      let seen = 0;
      const plan = planFaults(({ path, method }) => {
        const isPush = method === "POST" && path.endsWith("/git-receive-pack");
        if (isPush) seen += 1;
        return isPush && seen === which ? fault : undefined;
      });
      const proxy = await startProxy(forge.url, { plan });
      try {
        const through = { git: `${proxy.url}/${repository.name}.git` };
        const receipts = await releaseTo(await open(through), files);
        expect(said(receipts)).toEqual(["put tool.rb done", "point tool.rb done"]);
        expect(seen).toBeGreaterThanOrEqual(which);
      } finally {
        await proxy.stop();
      }
      const commits = await ask<readonly { commit: { message: string } }[]>("GET", "/commits?sha=main");
      expect(commits.map(({ commit }) => commit.message.split("\n")[0])).toEqual(["tool 1.2.3", "Initial commit"]);
      const refs = await ask<readonly { ref: string }[]>("GET", "/git/refs");
      expect(refs.map(({ ref }) => ref)).toEqual(["refs/heads/main"]);
    });
});

describe("a pull request on Gitea", () => {
  const asked = { pullRequest: { title: "Tool 1.2.3", body: "please", labels: ["nobody has it", "release"] } };
  const pulls = ({ ask }: World) => ask<readonly PullOfGitea[]>("GET", "/pulls?state=all");

  onGitea("is opened once, waits, and is done when it is merged", async (world) => {
    await world.ask("POST", "/labels", { name: "release", color: "#00ff00" });
    const first = await releaseTo(await world.open(asked), files);
    const again = await releaseTo(await world.open(asked), files);
    expect([said(first), said(again)]).toEqual([
      ["put tool.rb done", "point tool.rb pending"],
      ["put tool.rb already", "point tool.rb pending"],
    ]);
    const [pull, ...others] = await pulls(world);
    expect(others).toEqual([]);
    expect(pull).toMatchObject({ title: "Tool 1.2.3", body: "please", state: "open", labels: [{ name: "release" }] });
    expect(again[1]?.url).toBe(pull?.html_url);
    expect(await world.file("Formula/tool.rb")).toBeUndefined();
    const store = await world.open(asked);
    expect(await store.state?.()).toMatchObject({ visibility: "pending", url: pull?.html_url });
    await store.close();

    await world.ask("POST", `/pulls/${pull?.number}/merge`, { Do: "squash" });
    expect(await world.file("Formula/tool.rb")).toBe("class Tool\n");
    expect(said(await releaseTo(await world.open(asked), files))).toEqual([
      "put tool.rb already",
      "point tool.rb already",
    ]);
    expect(await pulls(world)).toHaveLength(1);
    expect(await world.branches()).toEqual(["main"]);
  });

  onGitea("is a draft where that is asked for; one that somebody closed is not opened again", async (world) => {
    const draft = { pullRequest: { ...asked.pullRequest, draft: true } };
    await releaseTo(await world.open(draft), files);
    expect(await pulls(world)).toMatchObject([{ title: "WIP: Tool 1.2.3", draft: true, state: "open" }]);
    await world.ask("PATCH", "/pulls/1", { state: "closed" });
    const problem = await problemOf(releaseTo(await world.open(draft), files));
    expect(problem).toMatchObject({
      code: "store.denied",
      message: expect.stringContaining("/pulls/1 was closed") as string,
    });
    expect(await pulls(world)).toHaveLength(1);
  });

  onGitea("is closed, and its branch gone, when the release is withdrawn", async (world) => {
    await releaseTo(await world.open(asked), files);
    const store = await world.open(asked);
    const receipts = await store.withdraw?.({ why: "it eats data", release: `sha256:${"0".repeat(64)}` });
    await store.close();
    expect(said(receipts ?? [])).toEqual([expect.stringMatching(/^remove slipway\/tool-1\.2\.3-\w{6} done$/)]);
    expect(await pulls(world)).toMatchObject([{ state: "closed" }]);
    expect(await world.branches()).toEqual(["main"]);
  });

  onGitea("is one for two publishers at once", async (world) => {
    const both = await Promise.all([world.open(asked), world.open(asked)]);
    const [first, second] = await Promise.all(both.map((store) => releaseTo(store, files)));
    expect(first?.[1]?.url).toBe(second?.[1]?.url);
    expect((await pulls(world)).filter(({ state }) => state === "open").map(({ number }) => number)).toEqual([1]);
  });
});
