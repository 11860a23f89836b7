/** Commands: their output, their failures, and that stopping one stops what it started. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { commandLine, runCommand } from "../../src/make/spawn.ts";
import { Problem } from "../../src/model/problem.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-spawn-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const quiet = (): AbortSignal => new AbortController().signal;
const sh = (script: string) => ({ command: "sh", args: ["-c", script] });

describe("runCommand", () => {
  it("gives both outputs and tells each line as it comes", async () => {
    const lines: string[] = [];
    const result = await runCommand(sh("echo one; echo two >&2; printf three"), {
      cwd: folder,
      env: process.env,
      signal: quiet(),
      onLine: (line) => lines.push(line),
    });
    expect(result).toEqual({ exitCode: 0, stdout: "one\nthree", stderr: "two\n" });
    expect(lines.toSorted()).toEqual(["one", "three", "two"]);
  });

  it("fails with the command line, the exit code and the last lines", async () => {
    const place = { file: "slipway.yaml", line: 3, column: 5 };
    const failing = runCommand(sh("for i in $(seq 100); do echo line $i; done; exit 7"), {
      cwd: folder,
      env: process.env,
      signal: quiet(),
      place,
    });
    const problem: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: "step.failed", place });
    expect((problem as Problem).message).toMatch(/^sh -c '.*' exited with 7$/);
    expect((problem as Problem).lines).toHaveLength(31);
    expect((problem as Problem).lines[0]).toBe("... 70 lines before these are not shown");
    expect((problem as Problem).lines.at(-1)).toBe("line 100");
  });

  it("tells and shows endless lines in pieces, in time that grows with their length", async () => {
    const told: number[] = [];
    const failing = runCommand(sh("head -c 20000000 /dev/zero | tr '\\0' x; exit 1"), {
      cwd: folder,
      env: process.env,
      signal: quiet(),
      onLine: (line) => told.push(line.length),
    });
    const { lines } = await failing.then(
      () => expect.unreachable(),
      (thrown: unknown) => thrown as Problem,
    );
    expect(told.reduce((sum, length) => sum + length, 0)).toBe(20_000_000);
    expect(Math.max(...told)).toBeLessThan(1_000_000);
    expect(lines.map(({ length }) => length)).toEqual([1001]);
  });

  it("joins letters that arrive in two parts", async () => {
    const lines: string[] = [];
    const onLine = (line: string): void => void lines.push(line);
    await runCommand(sh("printf 'gr\\303'; sleep 0.2; printf '\\274n'"), {
      cwd: folder,
      env: process.env,
      signal: quiet(),
      onLine,
    });
    expect(lines).toEqual(["grün"]);
  });

  it("does not wait for what a command leaves running, such as a daemon that holds its output", async () => {
    const { stdout } = await runCommand(sh("sleep 300 & echo $!"), {
      cwd: folder,
      env: process.env,
      signal: quiet(),
    });
    expect(isAlive(Number(stdout))).toBe(true);
    process.kill(Number(stdout));
  });

  it("names a program that is not there", async () => {
    const running = runCommand(
      { command: "no-such-program", args: [] },
      { cwd: folder, env: process.env, signal: quiet() },
    );
    await expect(running).rejects.toMatchObject({
      code: "tool.missing",
      message: expect.stringContaining("no-such-program"),
    });
  });

  it("ends the command and what it started when it is stopped", async () => {
    const stopping = new AbortController();
    const running = runCommand(sh("sh -c 'echo $$ > child; sleep 60' & wait"), {
      cwd: folder,
      env: process.env,
      signal: stopping.signal,
    });
    const child = join(folder, "child");
    await expect.poll(() => existsSync(child)).toBe(true);
    await expect.poll(() => readFile(child, "utf8")).toMatch(/\d+\n/);
    stopping.abort();
    await expect(running).rejects.toMatchObject({ code: "step.stopped" });
    const pid = Number(await readFile(child, "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

/** A process that ended stays listed as a zombie until its parent asks, and the machine's init may never ask. */
function isAlive(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

describe("commandLine", () => {
  it("can be pasted into a shell", async () => {
    const args = ["plain", "two words", "it's", "$HOME", "", "a;b", "-ldflags=-s -w"];
    const printed = commandLine({ command: "printf", args: ["%s\\n", ...args] });
    const { stdout } = await runCommand(sh(printed), { cwd: folder, env: process.env, signal: quiet() });
    expect(stdout.split("\n").slice(0, -1)).toEqual(args);
  });
});
