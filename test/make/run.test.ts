/** Walking a Plan: what is remembered, what is made again, how failures are told, and what stopping leaves. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Maker } from "../../src/make/maker.ts";
import { digestFile } from "../../src/make/reads.ts";
import type { RunRequest } from "../../src/make/running.ts";
import type { Step } from "../../src/model/plan.ts";
import { Problem } from "../../src/model/problem.ts";
import { runSteps } from "../worlds/running.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function step(id: string, needs: readonly string[] = [], more: Partial<Step> = {}): Step {
  const output = { name: `${id}.txt`, type: "file", listed: true, attributes: {} } as const;
  return { id, section: "builds", kind: "text", title: id, needs, options: {}, env: {}, outputs: [output], ...more };
}

/** Writes its id and the texts of its inputs; reads `source.txt` of the project. */
function textMaker(made: string[]): Maker {
  return {
    kind: "text",
    version: 1,
    async make(of, context) {
      made.push(of.id);
      if (of.options["fail"] === true) throw new Problem("step.failed", `${of.id} broke`);
      const source = join(context.root, "source.txt");
      const inputs = await Promise.all(context.inputs.map((input) => readFile(context.pathOf(input), "utf8")));
      const text = `${of.id} ${await readFile(source, "utf8")} ${inputs.join(" ")}`;
      const file = await context.write(
        `${of.id}.txt`,
        (async function* () {
          yield Buffer.from(text);
        })(),
      );
      return { made: [file], reads: [{ file: "source.txt", sha256: await digestFile(source) }] };
    },
  };
}

/** Runs `steps` by the maker above, which notes what it made in `made`. */
function runPlan(steps: readonly Step[], made: string[], { makerOf, ...more }: Partial<RunRequest> = {}) {
  return runSteps(folder, steps, makerOf ?? (() => textMaker(made)), more);
}

const inConfig = { file: "slipway.yaml", line: 7, column: 3 };

const chain = [step("a"), step("b", ["a"]), step("c", ["b"]), step("d")];

describe("run", () => {
  beforeEach(() => writeFile(join(folder, "source.txt"), "one"));

  it("makes nothing twice while nothing changes, and the same artifacts come back", async () => {
    const made: string[] = [];
    const first = await runPlan(chain, made);
    const second = await runPlan(chain, made);
    expect(made.toSorted()).toEqual(["a", "b", "c", "d"]);
    expect(second.states).toEqual({ a: "cached", b: "cached", c: "cached", d: "cached" });
    expect(second.artifacts).toEqual(first.artifacts);
  });

  it("makes a Step again when what it read, its options, its environment or its inputs change", async () => {
    const made: string[] = [];
    await runPlan(chain, made);
    const changed = async (steps: readonly Step[]): Promise<Record<string, string>> =>
      (await runPlan(steps, made)).states;
    expect(await changed([step("a", [], { options: { x: 1 } }), step("b", ["a"]), step("d")])).toEqual({
      a: "made",
      b: "cached",
      d: "cached",
    });
    expect(await changed([step("a", [], { env: { X: "1" } })])).toEqual({ a: "made" });
    await writeFile(join(folder, "source.txt"), "two");
    expect(await changed(chain)).toEqual({ a: "made", b: "made", c: "made", d: "made" });
    await writeFile(join(folder, "source.txt"), "one");
    expect(await changed(chain)).toEqual({ a: "cached", b: "cached", c: "cached", d: "cached" });
  });

  it("takes nothing from the cache with noCache, and nothing that is damaged there", async () => {
    const made: string[] = [];
    const first = await runPlan(chain, made);
    expect((await runPlan(chain, made, { noCache: true })).states).toMatchObject({ a: "made", d: "made" });
    const [artifact] = first.artifacts.get("d") ?? [];
    const hex = artifact?.digest.slice(7) ?? "";
    await rm(join(folder, "cache", "blobs", "sha256", hex.slice(0, 2), hex));
    expect((await runPlan(chain, made)).states).toMatchObject({ a: "cached", d: "made" });
  });

  it("always runs a Step with hooks, and hooks see what was made", async () => {
    const hooks = {
      pre: [],
      post: [{ run: ["sh", "-c", { late: "cp {{ artifact.path }} seen.txt", with: {} }], dir: ".", env: {} }],
    };
    const render = (source: string, scope: object): string =>
      source.replace("{{ artifact.path }}", (scope as { artifact: { path: string } }).artifact.path);
    const made: string[] = [];
    await runPlan([step("a", [], { hooks })], made, { render });
    const again = await runPlan([step("a", [], { hooks })], made, { render });
    expect(again.states).toEqual({ a: "made" });
    expect(await readFile(join(folder, "seen.txt"), "utf8")).toContain("a one");
  });

  it("stops only what needs a failed Step, and reports all failures together", async () => {
    const bad = { options: { fail: true } };
    const result = await runPlan(
      [step("a", [], bad), step("b", ["a"]), step("c", ["b"]), step("d"), step("e", [], bad)],
      [],
    );
    expect(result.states).toEqual({ a: "failed", b: "skipped", c: "skipped", d: "made", e: "failed" });
    expect(result.problems.map(({ message }) => message)).toEqual(["a broke", "e broke"]);
    expect(result.told.map(([id]) => id).toSorted()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("names an error of its own as such, with the Step, instead of hiding it", async () => {
    const broken: Maker = { kind: "text", version: 1, make: () => Promise.reject(new TypeError("oops")) };
    const result = await runPlan([step("a")], [], { makerOf: () => broken });
    expect(result.problems).toMatchObject([
      { code: "step.failed", message: expect.stringContaining("a: an error inside Slipway: oops") },
    ]);
  });

  it("leaves no scratch behind when it is stopped, and says so once", async () => {
    const stopping = new AbortController();
    const slow: Maker = {
      kind: "text",
      version: 1,
      async make(_of, context) {
        setTimeout(() => stopping.abort(), 50);
        await context.run({ command: "sleep", args: ["60"] });
        return { made: [] };
      },
    };
    const result = await runPlan([step("a"), step("b"), step("c")], [], {
      makerOf: () => slow,
      signal: stopping.signal,
    });
    expect(result.states).toEqual({ a: "stopped", b: "stopped", c: "stopped" });
    expect(result.problems.map(({ code }) => code)).toEqual(["step.stopped"]);
    expect(await readdir(join(folder, "cache", "tmp")).catch(() => [])).toEqual([]);
  });

  it("lists a remembered artifact for the target that is asked for now", async () => {
    const platforms: unknown[] = [];
    for (const arch of ["amd64", "arm64", "amd64"]) {
      const output = {
        name: "a.txt",
        type: "file",
        platform: { os: "linux", arch },
        listed: true,
        attributes: {},
      } as const;
      const { artifacts } = await runPlan([step("a", [], { outputs: [output] })], []);
      platforms.push(artifacts.get("a")?.map(({ platform }) => platform?.arch));
    }
    expect(platforms).toEqual([["amd64"], ["arm64"], ["amd64"]]);
  });

  it("says once, with the entry's line, what an entry that makes several archives does wrong", async () => {
    const wrong: Maker = {
      kind: "wrong",
      version: 1,
      make: () => Promise.reject(new Problem("plan.collision", "two files would go to a")),
    };
    const several = [step("a", [], { place: inConfig }), step("b", [], { place: inConfig })];
    const { problems } = await runPlan(several, [], { makerOf: () => wrong });
    expect(problems).toMatchObject([{ message: "two files would go to a", place: inConfig }]);
  });
});
