/** What builder `deno` decides and refuses before anything runs, how it calls Deno, and how it fails. */
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { deno } from "../../../src/make/builders/deno.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { commit, copyFixture, date, decideStep, freshFolder, runStep, type Circumstances } from "../runStep.ts";

const main = "src/main.ts";
const linux: Circumstances = { for: ["linux/amd64"], preparing: true };

async function optionsOf(
  raw: unknown,
  circumstances: Circumstances = {},
  files: Readonly<Record<string, string>> = {},
): Promise<JsonObject> {
  const { steps } = await decideStep(deno, await copyFixture("deno", files), raw, { ...linux, ...circumstances });
  return steps[0]?.options ?? {};
}

/** A project with a `./deno` of its own that is a script; it is given what `deno --version` prints. */
async function withDeno(script: string, version = "2.9.6"): Promise<string> {
  const tool = `#!/bin/sh\n[ "$1" = --version ] && { echo "deno ${version} (stable, release, x86_64)"; exit; }\n${script}\n`;
  const root = await copyFixture("deno", { "node_modules/.bin/deno": tool });
  await chmod(join(root, "node_modules/.bin/deno"), 0o755);
  return root;
}

describe("targets", () => {
  it.each([
    ["linux/amd64", "x86_64-unknown-linux-gnu"],
    ["linux/arm64", "aarch64-unknown-linux-gnu"],
    ["darwin/amd64", "x86_64-apple-darwin"],
    ["darwin/arm64", "aarch64-apple-darwin"],
    ["windows/amd64", "x86_64-pc-windows-msvc"],
    ["windows/arm64", "aarch64-pc-windows-msvc"],
  ])("%s is %s", async (target, expected) => {
    const operator = { PATH: "/nonexistent" };
    expect((await optionsOf(main, { for: [target], operator }))["target"]).toBe(expected);
  });

  it.each(["linux/amd64/musl", "linux/amd64/v3", "freebsd/amd64", "linux/arm/7", "js/wasm"])(
    "%s is refused with what there is",
    (target) => {
      expect(deno.cannot?.(parsePlatform(target), deno.schema.parse({ main }), {})).toMatch(
        /^Deno compiles for linux\/amd64, /,
      );
    },
  );

  it("that came later are refused for an older Deno", async () => {
    await expect(decideStep(deno, await withDeno("", "2.9.2"), main, { for: ["windows/arm64"] })).rejects.toMatchObject(
      {
        code: "plan.target",
        message: expect.stringContaining("Deno compiles for it from 2.9.3 on, and this is 2.9.2"),
      },
    );
  });
});

describe("the command line", () => {
  it("holds permissions, what goes in, and the user's flags", async () => {
    const raw = {
      main,
      permissions: ["read", "net={{ project }}.example.com", "--deny-env", "{% if false %}run{% endif %}"],
      include: ["motto.txt", "assets"],
      exclude: "assets/raw",
      icon: "icon.ico",
      flags: "--no-check --v8-flags=--stack-size=2000",
    };
    const args = [
      "--allow-read",
      "--allow-net=hello.example.com",
      "--deny-env",
      "--include=motto.txt",
      "--include=assets",
      "--exclude=assets/raw",
    ];
    const flags = ["--no-check", "--v8-flags=--stack-size=2000"];
    expect((await optionsOf(raw))["args"]).toEqual([...args, ...flags]);
    expect((await optionsOf(raw, { for: ["windows/amd64"] }))["args"]).toEqual([...args, "--icon=icon.ico", ...flags]);
  });

  it.each<[string, Readonly<Record<string, string>>, object, Circumstances, boolean]>([
    ["beside the program", { "deno.lock": "{}" }, {}, {}, true],
    ["above it", { "deno.lock": "{}", "cli/src/main.ts": "" }, {}, { dir: "cli" }, true],
    ["nowhere", {}, {}, {}, false],
    ["that the entry lets change", { "deno.lock": "{}" }, { frozen: false }, {}, false],
    ["that the entry asks for", {}, { frozen: true }, {}, true],
  ])("is strict with a lock file %s", async (_, files, options, circumstances, frozen) => {
    const { args } = await optionsOf({ main, ...options }, circumstances, files);
    expect((args as readonly string[]).includes("--frozen")).toBe(frozen);
  });

  it("holds the constants as JavaScript literals of the YAML values", async () => {
    const define = { A: "1.2", B: 8080, C: false, BUILD_VERSION: "mine" };
    expect((await optionsOf({ main, define }))["define"]).toEqual({
      BUILD_VERSION: `"mine"`,
      BUILD_COMMIT: `"${commit}"`,
      BUILD_DATE: `"${date}"`,
      A: `"1.2"`,
      B: "8080",
      C: "false",
    });
    expect(deno.schema.safeParse({ main, define: { "process.env.A": "1" } }).success).toBe(false);
  });
});

describe("what is missing", () => {
  async function refusal(root: string, raw: unknown, circumstances: Circumstances = {}): Promise<object> {
    const decided = decideStep(deno, root, raw, { for: ["linux/amd64"], ...circumstances });
    const [problem] = problemsOf(await decided.catch((error: unknown) => error)) ?? [];
    return { code: problem?.code, message: problem?.message, hint: problem?.hint };
  }
  const noTools = async (): Promise<Circumstances> => ({ operator: { PATH: await freshFolder() } });

  it("names deno and how to get it", async () => {
    expect(await refusal(await copyFixture("deno"), main, await noTools())).toEqual({
      code: "tool.missing",
      message: "deno is neither in node_modules nor on the PATH",
      hint: "run `npm install --save-dev deno`, or see https://docs.deno.com/runtime/getting_started/installation",
    });
  });

  it("names a Deno that is too old", async () => {
    expect(await refusal(await withDeno("", "2.5.6"), main)).toEqual({
      code: "tool.missing",
      message: "this is Deno 2.5.6, whose executables cannot be told their version",
      hint: "run `deno upgrade`",
    });
  });

  it("names an entry module that is not there, unless it is no file", async () => {
    const root = await withDeno("");
    expect(await refusal(root, "src/mian.ts")).toMatchObject({ message: "src/mian.ts is not there" });
    expect(await refusal(root, "jsr:@std/http/file-server")).toMatchObject({ code: undefined });
  });

  it("leaves that to the build when commands run before it", async () => {
    const circumstances = { ...(await noTools()), preparing: true };
    expect(await refusal(await copyFixture("deno"), "src/later.ts", circumstances)).toMatchObject({ code: undefined });
  });
});

describe("what it runs", () => {
  const recording = `printf '%s\\n' "$@" > calls
for word; do case $word in --output=*) echo compiled > "\${word#--output=}" ;; esac; done`;

  it("is one `deno compile` in the entry's folder, every time", async () => {
    const root = await withDeno(recording);
    const circumstances = { for: ["windows/amd64"], binary: "hi" };
    const fake = await runStep(deno, root, { main, permissions: "all" }, circumstances);
    // What the fake leaves is no Windows executable, and that is seen.
    expect(fake.problems).toMatchObject([{ code: "format.invalid", message: "The file is no Windows executable" }]);
    const outcome = await runStep(deno, root, { main, permissions: "all" }, { for: ["linux/arm64"] });
    expect(await readFile(outcome.path("hello"), "utf8")).toBe("compiled\n");
    const [compile, target, output, preload, ...rest] = (await readFile(join(root, "calls"), "utf8")).split("\n");
    expect([compile, target, rest]).toEqual([
      "compile",
      "--target=aarch64-unknown-linux-gnu",
      ["--allow-all", main, ""],
    ]);
    expect(output).toMatch(/^--output=.*\/hello$/);
    expect(decodeURIComponent(preload ?? "")).toBe(
      `--preload=data:text/javascript,globalThis.BUILD_VERSION="1.2.3";globalThis.BUILD_COMMIT="${commit}";globalThis.BUILD_DATE="${date}";`,
    );
    const again = await runStep(deno, root, { main, permissions: "all" }, { for: ["linux/arm64"] });
    expect(Object.values(again.states)).toEqual(["made"]);
  });

  it("is explained where the runtime cannot be had", async () => {
    const root = await withDeno(`echo '    0: Setting up base binary.' >&2; exit 1`);
    const { problems } = await runStep(deno, root, main, { for: ["darwin/arm64"] });
    expect(problems).toMatchObject([
      { code: "step.failed", message: "deno could not get its runtime for aarch64-apple-darwin" },
    ]);
    expect(problems[0]?.hint).toContain("run once with a network");
  });

  it("is a failure where it leaves nothing", async () => {
    const { problems } = await runStep(deno, await withDeno("exit 0"), main, { for: ["linux/amd64"] });
    expect(problems).toMatchObject([{ message: "deno compile ended well and left no hello" }]);
  });
});
