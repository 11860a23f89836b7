/** What is printed where nobody watches: in CI, to files, to other programs. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { type Ran, slipway } from "../worlds/slipway.ts";

const { project, run, home, env } = shell();

const runIn = (cwd: string, more: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> =>
  slipway(args, { cwd, env: { ...env, ...more } });

test("elsewhere than on a terminal each Step is a line on stderr when it ends, without colours", async () => {
  const { stdout, stderr } = await run(project(toolFiles()), "release");
  expect(stderr.split("\n").toSorted().join("\n")).toMatch(
    /^\nmade {5}archives tool_linux_amd64\.tar\.gz \(\d+\.\ds\)\nmade {5}archives tool_windows_amd64\.zip .*\nmade {5}builds tool linux\/amd64 .*\nmade {5}builds tool windows\/amd64 .*\nmade {5}notes notes\.md .*\ntool 1\.0\.0$/,
  );
  expect(stdout).toMatch(
    /^tool 1\.0\.0 is in dist\/1\.0\.0 \(\d+\.\ds\)\n {2}tool_linux_amd64\.tar\.gz +archive +\d+ B\n/,
  );
  expect(`${stdout}${stderr}`).not.toContain("\u001b");
});

test("--verbose shows each command, and what it prints, also where no newline ends it", async () => {
  const folder = project(
    toolFiles({ "build.sh": 'mkdir -p "$(dirname "$2")"; echo x > "$2"; echo one; printf two\n' }),
  );
  const { stderr } = await run(folder, "build", "--target", "host", "--verbose");
  expect(stderr).toContain("tool linux/amd64: $ sh build.sh linux_amd64 out/linux_amd64/tool\n");
  expect(stderr).toMatch(/tool linux\/amd64: one\n.*tool linux\/amd64: two\n/);
});

describe("--quiet", () => {
  test("says nothing where all is well", async () => {
    const folder = project(toolFiles());
    const silent = { code: 0, stdout: "", stderr: "" };
    for (const args of [["check"], ["plan"], ["build"], ["release"], ["publish"], ["verify", "dist/1.0.0"]])
      expect(await run(folder, ...args, "--quiet"), args[0]).toEqual(silent);
  });

  test("says what is wrong, and only that", async () => {
    const folder = project(toolFiles({ "build.sh": "echo why >&2; exit 3\n" }));
    const { stdout, stderr } = await run(folder, "release", "--quiet");
    expect(stdout).toBe("");
    expect(stderr.split("\n").filter((line) => !line.startsWith(" "))).toEqual([
      expect.stringMatching(/^slipway\.yaml:4:5: error sh build\.sh linux_amd64 .* exited with 3 \[step\.failed\]$/),
      expect.stringMatching(/^slipway\.yaml:4:5: error sh build\.sh windows_amd64 .* exited with 3 \[step\.failed\]$/),
      "2 problems",
      "",
    ]);
  });
});

describe("on GitHub Actions", () => {
  const actions = { GITHUB_ACTIONS: "true", CI: "true" };

  test("each Step that printed something is a folded group", async () => {
    const { stdout, stderr } = await runIn(project(toolFiles()), actions, "release", "--no-cache");
    expect(stdout).toMatch(
      /^::group::made builds tool linux\/amd64 \(\d+\.\ds\)\n\$ sh build\.sh linux_amd64 out\/linux_amd64\/tool\n::endgroup::$/m,
    );
    expect(stdout.match(/^::group::/gm)).toHaveLength(stdout.match(/^::endgroup::$/gm)?.length ?? 0);
    expect(stdout).toContain("published to folder public");
    expect(stderr).not.toContain("\u001b");
  });

  test("a problem is an annotation at its file, line and column, with its hint", async () => {
    const folder = project(toolFiles({ "slipway.yaml": toolConfig.replace("outputs:", "output:") }));
    const { code, stdout } = await runIn(folder, actions, "check");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=slipway\.yaml,line=6,col=5,title=slipway config\.unknown-key::.*"output".*%0Ahint: did you mean "outputs"\?$/m,
    );
  });

  test("what goes wrong while publishing is an annotation too", async () => {
    const folder = project(toolFiles({ "public/notes.md": "other\n", ".gitignore": "out/\ndist/\n" }));
    const { code, stdout } = await runIn(folder, actions, "release");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=slipway\.yaml,line=\d+,col=\d+,title=slipway store\.conflict::notes\.md was refused/m,
    );
  });

  test("nothing that a command prints is taken for a workflow command", async () => {
    const evil = ["::error::forged", "  ::add-mask::1", "x ##[set-env name=PATH]/tmp", "##[group]", "%0A::error::y"];
    const words = evil.map((line) => `echo '${line}'; echo '${line}' >&2`).join("; ");
    const folder = project(toolFiles({ "build.sh": `${words}; printf 'a\\r::error::b\\n'; exit 1\n` }));
    const { stdout, stderr } = await runIn(folder, actions, "build", "--target", "host");
    const commands = `${stdout}\n${stderr}`.split(/[\r\n]/).filter((line) => /^\s*::|##\[/.test(line));
    expect(commands).toEqual([
      "::group::failed builds tool linux/amd64",
      "::endgroup::",
      expect.stringMatching(/^::error file=slipway\.yaml,line=4,col=5,title=slipway step\.failed::sh build\.sh/),
    ]);
    expect(stdout).toContain("forged");
  });
});

describe("a bare `slipway` names the next sensible command", () => {
  test("init where there is no config", async () => {
    const { code, stdout } = await run(home);
    expect(code).toBe(0);
    expect(stdout).toContain("slipway init");
    expect(stdout).not.toContain("slipway release");
  });

  test("check, plan and release where there is one", async () => {
    const folder = project(toolFiles());
    const { code, stdout } = await run(folder);
    expect(code).toBe(0);
    for (const command of ["slipway check", "slipway plan", "slipway release --snapshot", "slipway release"])
      expect(stdout).toContain(command);
  });
});

test("a reader that goes away stops nothing", async () => {
  const folder = project(toolFiles());
  const through = ["sh", "-c", '"$@" | true; exit 0', "sh"];
  expect(await slipway(["release"], { cwd: folder, env, through })).toMatchObject({ code: 0 });
  expect(readdirSync(join(folder, "public"))).toContain("release.json");
});
