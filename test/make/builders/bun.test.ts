/** What builder `bun` decides and refuses before anything runs, and how it fails. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { bun } from "../../../src/make/builders/bun.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { copyFixture, decideStep, freshFolder, runStep, type Circumstances } from "../runStep.ts";
import { hostTarget } from "./binaries.ts";

const installed = { "node_modules/greeting/index.js": "exports.greet = String;\n" };

describe("targets", () => {
  it.each([
    ["linux/amd64", "bun-linux-x64-baseline"],
    ["linux/amd64/v2", "bun-linux-x64-baseline"],
    ["linux/amd64/v3", "bun-linux-x64-modern"],
    ["linux/amd64/musl", "bun-linux-x64-musl-baseline"],
    ["linux/arm64", "bun-linux-arm64"],
    ["linux/arm64/musl", "bun-linux-arm64-musl"],
    ["darwin/amd64", "bun-darwin-x64-baseline"],
    ["darwin/arm64", "bun-darwin-arm64"],
    ["windows/amd64", "bun-windows-x64-baseline"],
    ["windows/arm64", "bun-windows-arm64"],
    ["freebsd/amd64", "bun-freebsd-x64-baseline"],
  ])("%s is %s", async (target, expected) => {
    const { steps } = await decideStep(bun, await copyFixture("bun", installed), "src/main.ts", { for: [target] });
    expect(steps[0]?.options["target"]).toBe(expected);
  });

  it.each(["linux/arm/7", "linux/amd64/v4", "darwin/amd64/musl", "linux/arm64/v9", "plan9/amd64", "js/wasm"])(
    "%s is refused with what Bun can",
    (target) => {
      expect(bun.cannot?.(parsePlatform(target), bun.schema.parse({ main: "x" }), {})).toMatch(/Bun/);
    },
  );
});

describe("defines", () => {
  it("are JavaScript literals of the YAML values, strings always strings", async () => {
    const define = { A: "1.2", B: 8080, C: false, D: `say "hi"`, BUILD_VERSION: "mine" };
    const root = await copyFixture("bun", installed);
    const { steps } = await decideStep(bun, root, { main: "src/main.ts", define }, { for: ["linux/amd64"] });
    const expected = {
      A: `"1.2"`,
      B: "8080",
      C: "false",
      D: `"say \\"hi\\""`,
      BUILD_VERSION: `"mine"`,
      BUILD_DATE: `"2026-01-30T12:00:00Z"`,
    };
    expect(steps[0]?.options["define"]).toMatchObject(expected);
  });
});

describe("what is missing", () => {
  async function refusal(
    files: Readonly<Record<string, string>>,
    main = "src/main.ts",
    circumstances: Circumstances = {},
  ): Promise<object | undefined> {
    const thrown = await decideStep(bun, await copyFixture("bun", files), main, circumstances).then(
      () => undefined,
      (error: unknown) => error,
    );
    const [problem] = problemsOf(thrown) ?? [];
    return problem && { code: problem.code, message: problem.message, hint: problem.hint, place: problem.place };
  }
  const noTools = async (): Promise<Circumstances> => ({ operator: { PATH: await freshFolder() } });

  it("names bun and how to get it", async () => {
    const refused = await refusal(installed, "src/main.ts", await noTools());
    expect(refused).toMatchObject({ code: "tool.missing", place: { line: 3 } });
    expect(refused).toHaveProperty(
      "hint",
      "run `npm install --save-dev bun`, or see https://bun.com/docs/installation",
    );
  });

  it("finds the bun of the project's node_modules before the PATH is asked", async () => {
    expect(
      await refusal({ ...installed, "node_modules/.bin/bun": "" }, "src/main.ts", await noTools()),
    ).toBeUndefined();
  });

  it("names dependencies that were never installed", async () => {
    expect(await refusal({})).toMatchObject({
      code: "file.missing",
      message: "package.json names dependencies (greeting) but there is no node_modules",
      hint: "run `bun install` first, or put it under `before:`",
    });
  });

  it("leaves that to the build when commands run before it", async () => {
    expect(await refusal({}, "src/later.ts", { ...(await noTools()), preparing: true })).toBeUndefined();
  });

  it("names an entry file that is not there", async () => {
    expect(await refusal(installed, "src/mian.ts")).toMatchObject({
      code: "file.missing",
      message: "src/mian.ts is not there",
    });
  });

  it("says so of a package.json that is no JSON", async () => {
    expect(await refusal({ "package.json": "{" })).toMatchObject({
      code: "format.invalid",
      place: { file: "package.json" },
    });
  });
});

describe("what fails", () => {
  it("is explained where a runtime cannot be downloaded", async () => {
    const tool = `#!/bin/sh
[ "$1" = --revision ] && { echo 1.4.5+x; exit; }
case "$*" in *--compile*) echo "Failed to download 'bun-darwin-aarch64-v1.4.5': DNSResolveFailed" >&2; exit 1 ;; esac
`;
    const root = await copyFixture("bun", { ...installed, tool });
    await chmod(join(root, "tool"), 0o755);
    const { problems } = await runStep(bun, root, { main: "src/main.ts", tool: "./tool" }, { for: ["darwin/arm64"] });
    expect(problems).toMatchObject([
      { code: "step.failed", message: "bun could not download its runtime for bun-darwin-arm64" },
    ]);
    expect(problems[0]?.hint).toContain("run once with a network");
  });

  it("shows what bun says of a source that does not compile", async () => {
    const root = await copyFixture("bun", { ...installed, "src/main.ts": `import "./nowhere.ts";\n` });
    const { problems } = await runStep(bun, root, "src/main.ts", { for: [hostTarget] });
    expect(problems).toMatchObject([{ code: "step.failed" }]);
    expect(problems[0]?.lines.join("\n")).toContain(`Could not resolve: "./nowhere.ts"`);
  });
});
