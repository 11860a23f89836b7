/** What builder `bun` decides and refuses before anything runs. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { bun } from "../../../src/make/builders/bun.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { attempt, containing, decide, folder, probe, project, write } from "./attempt.ts";
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
    const [draft] = await decide(bun, await project("bun", installed), "src/main.ts", { target });
    expect(draft?.options.target).toBe(expected);
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
    const [draft] = await decide(
      bun,
      await project("bun", installed),
      { main: "src/main.ts", define },
      { target: "linux/amd64" },
    );
    expect(draft?.options.define).toMatchObject({
      A: `"1.2"`,
      B: "8080",
      C: "false",
      D: `"say \\"hi\\""`,
      BUILD_VERSION: `"mine"`,
      BUILD_DATE: `"2026-01-30T12:00:00Z"`,
    });
  });
});

describe("what is missing", () => {
  it("names bun and how to get it", async () => {
    const { problems } = await probe(bun, await project("bun", installed), "src/main.ts", { path: await folder() });
    expect(problems).toMatchObject([
      { code: "tool.missing", place: { line: 3 }, hint: containing("npm install --save-dev bun") },
    ]);
  });

  it("finds the bun of the project's node_modules before the PATH is asked", async () => {
    const root = await project("bun", { ...installed, "node_modules/.bin/bun": "" });
    expect((await probe(bun, root, "src/main.ts", { path: await folder() })).problems).toEqual([]);
  });

  it("names dependencies that were never installed", async () => {
    const { problems } = await probe(bun, await project("bun"), "src/main.ts");
    expect(problems).toMatchObject([
      {
        code: "file.missing",
        message: containing("greeting"),
        hint: containing("bun install"),
      },
    ]);
  });

  it("leaves that to the build when commands run before it", async () => {
    expect(
      (await probe(bun, await project("bun"), "src/later.ts", { preparing: true, path: await folder() })).problems,
    ).toEqual([]);
  });

  it("names an entry file that is not there", async () => {
    const { problems } = await probe(bun, await project("bun", installed), "src/mian.ts");
    expect(problems).toMatchObject([{ code: "file.missing", message: "src/mian.ts is not there" }]);
  });

  it("says so of a package.json that is no JSON", async () => {
    const { problems } = await probe(bun, await project("bun", { "package.json": "{" }), "src/main.ts");
    expect(problems).toMatchObject([{ code: "format.invalid", place: { file: "package.json" } }]);
  });

  it("explains a runtime that cannot be downloaded", async () => {
    const root = await project("bun", { ...installed, "node_modules/greeting/index.js": "exports.greet = String;\n" });
    await write(root, {
      fake: `#!/bin/sh\n[ "$1" = --revision ] && { echo 1.4.5+x; exit; }\ncase "$*" in *--compile*) echo "Failed to download 'bun-darwin-aarch64-v1.4.5': DNSResolveFailed" >&2; exit 1 ;; esac\n`,
    });
    await chmod(join(root, "fake"), 0o755);
    await expect(
      attempt(bun, root, { main: "src/main.ts", tool: "./fake" }, { target: "darwin/arm64" }),
    ).rejects.toMatchObject({
      code: "step.failed",
      message: "bun could not download its runtime for bun-darwin-arm64",
      hint: containing("network"),
    });
  });

  it("shows what bun says of a source that does not compile", async () => {
    const root = await project("bun", { ...installed, "src/main.ts": `import "./nowhere.ts";\n` });
    await expect(attempt(bun, root, "src/main.ts", { target: hostTarget })).rejects.toMatchObject({
      code: "step.failed",
      lines: expect.arrayContaining([containing("nowhere")]) as string[],
    });
  });
});
