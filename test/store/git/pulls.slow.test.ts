/** Pull requests on GitHub and merge requests on GitLab, as their public descriptions have them: one for each head, whatever is lost. */
import { describe, expect, test } from "vitest";

import type { PullRequest, Pulls } from "../../../src/store/git/pull/forge.ts";
import { current, openPulls, propose } from "../../../src/store/git/pull/propose.ts";
import { secondaryLimit } from "../../servers/github/endpoint.ts";
import { startFakeGithub } from "../../servers/github.ts";
import { projectPath, startFakeGitlab } from "../../servers/gitlab.ts";

const request: PullRequest = {
  head: "slipway/tool-1.2.3-abcdef",
  base: "main",
  title: "tool 1.2.3",
  body: "It is **good**.",
  draft: false,
  labels: ["release"],
};

/** Branches that were pushed. */
const heads = [request.head, "another"];

interface Forge {
  readonly pulls: Pulls;
  /** `open`, `merged` or `closed`, with title and labels. */
  told(): readonly object[];
  settle(how: "merged" | "closed"): void;
  /** The next one is made, and nobody hears of it. */
  loseAnswer(): void;
  /** The next so many are not made: there were too many requests. */
  limit(times: number): void;
  /** Waits there were, in milliseconds. */
  readonly waits: readonly number[];
  stop(): Promise<void>;
}

/** As a store opens it, of which a test says how long is waited. */
function opened(forge: string, git: string, token: string, waits: number[]): Pulls {
  const context = { root: "/", env: {}, signal: undefined };
  const timing = { sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  const found = openPulls({ git, forge, endpoint: "", ca: "", insecure: false }, context, token, timing);
  if (found === undefined) throw new Error(forge);
  return found.pulls;
}

const forges: Readonly<Record<string, () => Promise<Forge>>> = {
  async github() {
    const [server, waits] = [await startFakeGithub(), [] as number[]];
    const repository = server.repository("acme/tap");
    repository.guarded.add("main");
    for (const name of heads) repository.refs.set(`refs/heads/${name}`, "b".repeat(40));
    return {
      pulls: opened("github", `${server.origin}/acme/tap.git`, server.token, waits),
      waits,
      told: () => repository.pulls.map(({ title, labels, draft }) => ({ title, labels, draft })),
      settle: (how) =>
        repository.pulls.forEach((one) => Object.assign(one, { state: "closed", merged: how === "merged" })),
      loseAnswer: () => server.faults.add({ on: /^POST .*\/pulls$/, act: { cut: 0 } }),
      limit: (times) => server.faults.add({ on: /^POST .*\/pulls$/, act: secondaryLimit(), times }),
      stop: () => server.stop(),
    };
  },
  async gitlab() {
    const [server, waits] = [await startFakeGitlab(), [] as number[]];
    const { merges, guarded } = server.state;
    guarded.add("main");
    return {
      pulls: opened("gitlab", `${server.url}/${projectPath}.git`, "glpat-good", waits),
      waits,
      told: () =>
        merges.map(({ title, labels }) => ({
          title: title.replace("Draft: ", ""),
          labels,
          draft: title.startsWith("Draft: "),
        })),
      settle: (how) => merges.forEach((one) => Object.assign(one, { state: how })),
      loseAnswer: () => server.faults.add({ on: /^POST .*\/merge_requests$/, act: { cut: 0 } }),
      limit: (times) =>
        server.faults.add({
          on: /^POST .*\/merge_requests$/,
          act: { status: 429, headers: { "retry-after": "60" }, body: "Retry later\n" },
          times,
        }),
      stop: () => server.stop(),
    };
  },
};

describe.each(Object.keys(forges))("on %s", (name) => {
  const on = async (work: (forge: Forge) => Promise<void>): Promise<void> => {
    const forge = (await forges[name]?.()) as Forge;
    try {
      await work(forge);
    } finally {
      await forge.stop();
    }
  };

  test("it is opened once, with its labels, and found again by its head", () =>
    on(async (forge) => {
      const first = await propose(forge.pulls, request);
      expect(first).toMatchObject({ number: 1, state: "open", url: expect.stringContaining("/1") as string });
      expect(await propose(forge.pulls, request)).toEqual(first);
      await propose(forge.pulls, { ...request, head: "another", draft: true, labels: [] });
      expect(forge.told()).toEqual([
        { title: "tool 1.2.3", labels: ["release"], draft: false },
        { title: "tool 1.2.3", labels: [], draft: true },
      ]);
    }));

  test("it is one, also where the answer is lost", () =>
    on(async (forge) => {
      forge.loseAnswer();
      expect(await propose(forge.pulls, request)).toMatchObject({ number: 1, state: "open" });
      expect(forge.told()).toHaveLength(1);
    }));

  test("it is opened when there were too many requests before, and nobody is told that a token may not", () =>
    on(async (forge) => {
      forge.limit(1);
      expect(await propose(forge.pulls, request)).toMatchObject({ number: 1, state: "open" });
      expect(forge.waits).toEqual([60_000]);
      forge.limit(20);
      await expect(propose(forge.pulls, { ...request, head: "another" })).rejects.toMatchObject({
        code: "store.unreachable",
      });
      expect(forge.told()).toHaveLength(1);
    }));

  test("it is merged, or closed, which is told", () =>
    on(async (forge) => {
      await propose(forge.pulls, request);
      forge.settle("merged");
      expect(await propose(forge.pulls, request)).toMatchObject({ number: 1, state: "merged" });
      forge.settle("closed");
      await expect(propose(forge.pulls, request)).rejects.toMatchObject({ code: "store.denied" });
    }));

  test("it is closed when it is withdrawn, and the branch's protection is known", () =>
    on(async (forge) => {
      const pull = await propose(forge.pulls, request);
      await forge.pulls.close(pull);
      expect(current(await forge.pulls.list(request))).toMatchObject({ state: "closed" });
      expect(await forge.pulls.branch("main")).toEqual({ isProtected: true });
    }));
});

test("a pull request on GitHub is found again by whom its repository belongs to now", async () => {
  const server = await startFakeGithub();
  try {
    const repository = server.repository("acme/tap");
    for (const name of heads) repository.refs.set(`refs/heads/${name}`, "b".repeat(40));
    server.moved.set("ada/homebrew", "acme/tap");
    const pulls = opened("github", `${server.origin}/ada/homebrew.git`, server.token, []);
    const first = await propose(pulls, request);
    expect(first.url).toBe(`${server.origin}/acme/tap/pull/1`);
    expect(await propose(pulls, request)).toEqual(first);
    expect(repository.pulls).toHaveLength(1);
  } finally {
    await server.stop();
  }
});
