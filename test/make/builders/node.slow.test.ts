/** Builder `node` with the Node executables of the npm registry: what comes out runs, and changes with its inputs. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { node } from "../../../src/make/builders/node.ts";
import type { NodeStep } from "../../../src/make/builders/node/make.ts";
import { Problem } from "../../../src/model/problem.ts";
import { judge, needs } from "../../judges.ts";
import {
  built,
  commit,
  copyFixture,
  date,
  decideStep,
  freshFolder,
  output,
  runStep,
  writeFiles,
  type Circumstances,
} from "../runStep.ts";
import { hostTarget, magicOf } from "./binaries.ts";
import { pagesThatDiffer } from "./mach-o.ts";

const raw = {
  main: "cli.cjs",
  assets: { "motto.txt": "motto.txt" },
  define: { "process.env.CHANNEL": "stable {{ version }}", LIMIT: 41 },
  execArgv: "--no-warnings --stack-trace-limit=7",
};
/** A line whose executables are made by postject; npm has this very version in its own cache, for it runs the tests. */
const older = process.versions.node;

/** The runtimes are got once for all tests; what Steps made is forgotten before each. */
let cache = "";
beforeAll(async () => {
  cache = await freshFolder();
});
beforeEach(() => rm(join(cache, "steps"), { recursive: true, force: true }));

const host = (): Circumstances => ({ for: [hostTarget], cache });

describe("what it makes", () => {
  it("runs, and knows its version, commit, date, constants, assets and options", async () => {
    const outcome = await runStep(node, await copyFixture("node"), raw, host());
    expect(outcome.artifacts).toMatchObject([{ name: "hello", type: "binary" }]);
    expect(await output(outcome.path(), ["--loud", "x"])).toBe(
      `hello 1.2.3 (commit: ${commit}, built: ${date})\nSlow is smooth stable 1.2.3 42\n` +
        `[["--no-warnings","--stack-trace-limit=7"],["--loud","x"]]\n`,
    );
  });

  it("runs as a module where the program is one", async () => {
    const outcome = await runStep(node, await copyFixture("node"), "module.mjs", host());
    expect(await output(outcome.path())).toBe("module 1.2.3 string object\n");
  });

  it("is the same bytes from another folder, and after the runtime is got once more", async () => {
    const first = await built(node, await copyFixture("node"), raw, host());
    const second = await built(node, await copyFixture("node"), raw, { ...host(), cache: await freshFolder() });
    expect(second).toEqual({ ...first, state: "made" });
  });

  needs("postject")("runs with an older Node, by postject", async ({ postject }) => {
    const operator = { PATH: [dirname(postject), process.env["PATH"] ?? ""].join(delimiter) };
    const entry = { ...raw, runtime: older };
    const outcome = await runStep(node, await copyFixture("node"), entry, { ...host(), operator });
    expect(outcome.problems).toEqual([]);
    expect(await output(outcome.path(), ["x"])).toContain(`hello 1.2.3 (commit: ${commit}, built: ${date})\n`);
    const again = await built(node, await copyFixture("node"), entry, {
      ...host(),
      operator,
      cache: await freshFolder(),
    });
    expect(again.digest).toBe(outcome.artifacts[0]?.digest);
  });
});

describe("for other machines", () => {
  const targets = ["darwin/arm64", "windows/amd64"];
  let paths: readonly string[] = [];
  beforeAll(async () => {
    const outcome = await runStep(node, await copyFixture("node"), raw, { for: targets, cache });
    expect(outcome.artifacts.map(({ name }) => name)).toEqual(["hello", "hello.exe"]);
    paths = targets.map((target) => outcome.path(undefined, target));
  });

  it("it is a program of theirs, with everything in it", async () => {
    for (const [at, target] of targets.entries()) {
      const path = paths[at] ?? "";
      expect(await magicOf(path)).toBe(target);
      const bytes = await readFile(path);
      expect(bytes.includes(`globalThis.BUILD_VERSION="1.2.3"`)).toBe(true);
      expect(bytes.includes("Slow is smooth")).toBe(true);
      expect(bytes.includes(cache)).toBe(false);
    }
  });

  it("macOS finds every page as its ad-hoc signature says", async () => {
    expect(pagesThatDiffer(await readFile(paths[0] ?? ""))).toEqual([]);
    const changed = await readFile(paths[0] ?? "");
    changed[1_000_000] = (changed[1_000_000] ?? 0) ^ 1;
    expect(pagesThatDiffer(changed)).toEqual([Math.floor(1_000_000 / 4096)]);
  });

  needs("7z")(
    "Windows is given a whole program with the resource Node asks for, and no signature",
    async ({ "7z": sevenZip }) => {
      const listed = await output(sevenZip, ["l", "-slt", paths[1] ?? ""]);
      expect(listed).toContain("Type = PE");
      expect((await readFile(paths[1] ?? "")).includes(Buffer.from("NODE_SEA_BLOB", "utf16le"))).toBe(true);
      expect(listed).not.toContain("CERTIFICATE");
      expect(listed).not.toMatch(/Warning|Error/);
    },
  );
});

describe("what changes it", () => {
  let root = "";
  let first = "";
  beforeAll(async () => {
    root = await copyFixture("node");
    first = (await built(node, root, raw, host())).digest;
    await cp(join(cache, "steps"), join(cache, "first"), { recursive: true });
  });
  // Each test begins with the first build in the cache, and no other.
  beforeEach(() => cp(join(cache, "first"), join(cache, "steps"), { recursive: true }));

  /** A builder that makes nothing: what is not taken from the cache fails. */
  const makingNothing: typeof node = {
    ...node,
    make: () => Promise.reject(new Problem("step.failed", "it would be made")),
  };

  it("is nothing where it is taken from the cache", async () => {
    expect(await built(node, root, raw, host())).toEqual({ digest: first, state: "cached" });
    expect((await runStep(makingNothing, root, raw, host())).problems).toEqual([]);
  });

  /** What is asked of the build, around it and in its files, and what of that stands in the executable. */
  const changes: readonly (readonly [string, object, Circumstances, Readonly<Record<string, string>>, string])[] = [
    ["the program", {}, {}, { "cli.cjs": "console.log('one');\n" }, "console.log('one');"],
    ["an asset", {}, {}, { "motto.txt": "Smooth is fast\n" }, "Smooth is fast\n"],
    ["another asset", { assets: { "motto.txt": "motto.txt", "motto-2.txt": "module.mjs" } }, {}, {}, "motto-2.txt"],
    ["a constant", { define: { LIMIT: 42 } }, {}, {}, "globalThis.LIMIT=42;"],
    ["the options", { execArgv: "--stack-trace-limit=8" }, {}, {}, "--stack-trace-limit=8"],
    ["the version", {}, { version: "1.2.4" }, {}, 'globalThis.BUILD_VERSION="1.2.4";'],
    ["the commit", {}, { commit: "f".repeat(40) }, {}, `globalThis.BUILD_COMMIT="${"f".repeat(40)}";`],
    ["the date", {}, { epoch: 1_769_774_401 }, {}, 'globalThis.BUILD_DATE="2026-01-30T12:00:01Z";'],
  ];

  it.each(changes)("is %s", async (_, options, circumstances, files) => {
    const before = await Promise.all(Object.keys(files).map((path) => readFile(join(root, path), "utf8")));
    await writeFiles(root, files);
    const { problems } = await runStep(makingNothing, root, { ...raw, ...options }, { ...host(), ...circumstances });
    for (const [at, path] of Object.keys(files).entries()) await writeFile(join(root, path), before[at] ?? "");
    expect(problems).toMatchObject([{ message: "it would be made" }]);
  });

  it("is in the executable", async () => {
    const bytesOf = async (at: string, options: object, circumstances: Circumstances): Promise<Buffer> => {
      const outcome = await runStep(node, at, { ...raw, ...options }, { ...host(), ...circumstances });
      return readFile(outcome.path());
    };
    const [options, circumstances, files] = ([1, 2, 3] as const).map(
      (at): object => Object.assign({}, ...changes.map((change) => change[at])) as object,
    ) as [object, Circumstances, Readonly<Record<string, string>>];
    const before = await bytesOf(root, {}, {});
    const after = await bytesOf(await copyFixture("node", files), options, circumstances);
    for (const [name, , , , words] of changes)
      expect([name, before.includes(words), after.includes(words)]).toEqual([name, false, true]);
  });

  it("is the runtime", async () => {
    const operator = { PATH: [dirname(judge("postject") ?? ""), process.env["PATH"] ?? ""].join(delimiter) };
    const changed = await built(node, root, { ...raw, runtime: older }, { ...host(), operator }).catch(() => undefined);
    expect(changed?.digest).not.toBe(first);
  });

  it("may be the commands before it, so that it runs every time", async () => {
    const circumstances = { ...host(), pre: ["cp cli.cjs copy.cjs"] };
    expect((await built(node, root, { ...raw, main: "copy.cjs" }, circumstances)).state).toBe("made");
    expect((await built(node, root, { ...raw, main: "copy.cjs" }, circumstances)).state).toBe("made");
  });
});

describe("the usual runtime", () => {
  it.each(node.targets(node.schema.parse({ main: "x" }), { os: "linux", arch: "amd64" }) ?? [])(
    "can be had for %s",
    async (target) => {
      const { steps } = await decideStep(node, await copyFixture("node"), "cli.cjs", { for: [target] });
      const [{ package: name, runtime }] = steps.map(({ options }) => options as unknown as NodeStep) as [NodeStep];
      expect((await output("npm", ["view", `${name}@${runtime}`, "version"])).trim()).toBe(runtime);
    },
  );

  it("of a version that npm does not have is named", async () => {
    const { problems } = await runStep(node, await copyFixture("node"), { ...raw, runtime: "26.99.0" }, host());
    expect(problems[0]?.message).toMatch(/^npm could not get node-\S+@26\.99\.0: there is no such version$/);
  });
});
