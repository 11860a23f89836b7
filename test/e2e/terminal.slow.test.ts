/** On a terminal progress is a tree in place; when it ends, what stays is what a person wants to have read. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { hasTerminal, type OnTerminal, screenOf, startOnTerminal } from "../worlds/terminal.ts";

const { project, fresh, env } = shell();
const wide = { columns: 100, rows: 30 };

/** Builds wait for the file `go`, so that the tree is seen while it lives, and say a long line first. */
const files = toolFiles({
  "slipway.yaml": toolConfig.replace("    inputs: build.sh\n", ""),
  ".gitignore": "out/\ndist/\npublic/\ngo\n",
  "build.sh": `set -eu
echo "compiling a module whose name is long enough to be cut off on any terminal that is not very wide indeed"
: > "started-$1"; mv "started-$1" .git/
while [ ! -e .git/go ]; do sleep 0.05; done
mkdir -p "$(dirname "$2")"; echo x > "$2"
`,
});

function onTerminal(folder: string, args: readonly string[], size = wide, more = {}): OnTerminal {
  const log = fresh();
  mkdirSync(log);
  return startOnTerminal(args, size, { cwd: folder, env: { ...env, ...more } }, log);
}

async function bothBuild(folder: string): Promise<void> {
  for (const target of ["linux_amd64", "windows_amd64"])
    await expect.poll(() => existsSync(join(folder, ".git", `started-${target}`)), { timeout: 60_000 }).toBe(true);
}

const go = (folder: string): void => mkdirSync(join(folder, ".git", "go"));

describe.skipIf(!hasTerminal())("on a terminal (skipped without util-linux's script)", () => {
  test.each([wide, { columns: 40, rows: 12 }, { columns: 30, rows: 6 }])(
    "of $columns by $rows the tree lives, and its last drawing stays, once",
    async (size) => {
      const folder = project(files);
      const running = onTerminal(folder, ["release"], size);
      await bothBuild(folder);
      // The line a command printed is shown once a Step has taken a second.
      await expect
        .poll(() => running.printedText(), { timeout: 60_000 })
        .toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏].*linux\/amd64.*\ds co/u);
      expect(screenOf(running.printedText(), size).cursor).toBe(false);
      go(folder);
      expect((await running.ended).code).toBe(0);
      const { lines, cursor } = screenOf(running.printedText(), size);
      expect(cursor).toBe(true);
      const text = lines.join("\n");
      expect(text).toMatch(
        /^tool 1\.0\.0\nbuilds 2\/2\n {2}✓ tool linux\/amd64 \S+s\n {2}✓ tool windows\/amd64 \S+s\narchives 2\/2\n/,
      );
      expect(text.replaceAll(/\n/g, " ")).toContain("published to folder public, 6");
      expect(text.match(/builds 2\/2/g)).toHaveLength(1);
      expect(text).not.toMatch(/compiling|[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]|·/u);
    },
  );

  test("Ctrl-C leaves the tree as it was then, the reason, and the cursor", async () => {
    const folder = project(files);
    const running = onTerminal(folder, ["release"]);
    await bothBuild(folder);
    process.kill(childOf(running.pid), "SIGINT");
    expect((await running.ended).code).toBe(130);
    const { lines, cursor } = screenOf(running.printedText(), wide);
    expect(cursor).toBe(true);
    const text = lines.join("\n");
    expect(text.match(/^stopping; once more to stop at once$/gm)).toHaveLength(1);
    expect(text.match(/^builds /gm)).toHaveLength(1);
    expect(text).toMatch(/- tool linux\/amd64 stopped/);
    expect(text).toMatch(/- tool_linux_amd64\.tar\.gz build\/tool\/linux\/amd64 was not made/);
    expect(text).toMatch(/^error stopped before everything was done \[step\.stopped\]$/m);
  });

  test("a failure is shown in the tree, and explained beneath", async () => {
    const folder = project(toolFiles({ "build.sh": "printf 'first\\n\\033[31mlast words'; exit 3\n" }));
    const running = onTerminal(folder, ["release"]);
    expect((await running.ended).code).toBe(1);
    const text = screenOf(running.printedText(), wide).lines.join("\n");
    expect(text).toMatch(/builds 2\/2\n {2}✗ tool linux\/amd64 \d/);
    expect(text).toMatch(/slipway\.yaml:4:5: error sh build\.sh linux_amd64 out\/linux_amd64\/tool exited with 3/);
    expect(text).toContain("| \ufffd[31mlast words");
  });

  test.each([
    ["CI", { CI: "true" }],
    ["a dumb terminal", { TERM: "dumb" }],
  ])("%s gets plain lines all the same", async (_, more) => {
    const folder = project(files);
    go(folder);
    const running = onTerminal(folder, ["release"], wide, more);
    expect((await running.ended).code).toBe(0);
    const text = running.printedText();
    expect(text).toContain("builds tool linux/amd64");
    expect(text).not.toMatch(/\u001b\[\d*[AGK]|builds 2\/2/); // oxlint-disable-line no-control-regex -- what moves a cursor
  });

  test("NO_COLOR takes the colours and leaves the tree", async () => {
    const folder = project(files);
    go(folder);
    const running = onTerminal(folder, ["release"], wide, { NO_COLOR: "1" });
    expect((await running.ended).code).toBe(0);
    const text = running.printedText();
    expect(text).toContain("✓ tool linux/amd64");
    expect(text).not.toMatch(/\u001b\[[\d;]*m/); // oxlint-disable-line no-control-regex -- colours
  });
});

/** The process that `script` runs. */
function childOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }));
}
