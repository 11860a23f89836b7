/** Stopping a run ends what it started and leaves a state from which the next run ends well. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { startSlipway } from "../worlds/slipway.ts";

const { project, run, env, cache } = shell();

/** Where `.slow` is, a build says its process id and that of a child, and then takes for ever. */
const slowBuild = `set -eu
if [ -e .slow ]; then
  eval "$(cat .slow)"
  sleep 3600 &
  mkdir -p pids
  echo "$$ $!" > "pids/.$1"
  mv "pids/.$1" "pids/$1"
  while :; do wait; done
fi
mkdir -p "$(dirname "$2")"
echo "$1" > "$2"
`;

const files = toolFiles({
  "slipway.yaml": toolConfig.replace("    inputs: build.sh\n", ""), // runs every time
  "build.sh": slowBuild,
  ".gitignore": "out/\ndist/\npublic/\npids/\n.slow\n",
});

/** A project whose builds hang, after running `trap` in their shells. */
function hanging(trap = ""): string {
  const folder = project(files);
  writeFileSync(join(folder, ".slow"), trap);
  return folder;
}

/** Process ids of both builds and their children, once all are running. */
async function pidsIn(folder: string): Promise<readonly number[]> {
  const at = (target: string): string => join(folder, "pids", target);
  const targets = ["linux_amd64", "windows_amd64"];
  await expect.poll(() => targets.every((target) => existsSync(at(target))), { timeout: 60_000 }).toBe(true);
  return targets.flatMap((target) => readFileSync(at(target), "utf8").trim().split(" ").map(Number));
}

/** A process that ended stays listed as a zombie until its parent asks, and the machine's init may never ask. */
function isAlive(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

/** Nothing is left of the run, and without `.slow` the next one makes the release. */
async function expectRecovery(folder: string): Promise<void> {
  expect(existsSync(join(folder, "dist"))).toBe(false);
  expect(existsSync(join(folder, "public"))).toBe(false);
  rmSync(join(folder, ".slow"));
  expect(await run(folder, "release", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await run(folder, "verify", "--quiet", "dist/1.0.0")).toMatchObject({ code: 0 });
  expect(readdirSync(join(cache, "tmp"))).toEqual([]);
}

describe("a run that is asked to end in mid-build", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("by %s ends its commands and what they started, with exit code %i", async (signal, code) => {
    const folder = hanging();
    const running = startSlipway(["release", "--jobs", "2"], { cwd: folder, env });
    const pids = await pidsIn(folder);
    process.kill(running.pid, signal);
    const ran = await running.ended;
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toContain("stopping; once more to stop at once");
    expect(ran.stderr.match(/\[step\.stopped\]/g)).toHaveLength(1);
    expect(ran.stderr).toContain("Run the same command again");
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    await expectRecovery(folder);
  });

  test("by a terminal's Ctrl-C, which everybody in the process group gets", async () => {
    const folder = hanging();
    const running = startSlipway(["release", "--jobs", "2"], { cwd: folder, env });
    const pids = await pidsIn(folder);
    running.killGroup("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130 });
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    await expectRecovery(folder);
  });

  test("says so as JSON where that is asked for", async () => {
    const folder = hanging();
    const running = startSlipway(["build", "--jobs", "2", "--json"], { cwd: folder, env });
    await pidsIn(folder);
    process.kill(running.pid, "SIGINT");
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ code: "step.stopped" }] });
  });
});

describe("commands that do not listen", () => {
  test("are killed when they take too long to end", async () => {
    const folder = hanging("trap '' TERM INT");
    const running = startSlipway(["release", "--jobs", "2"], { cwd: folder, env });
    const pids = await pidsIn(folder);
    process.kill(running.pid, "SIGTERM");
    expect(await running.ended).toMatchObject({ code: 143 });
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    await expectRecovery(folder);
  });

  test("are killed at once by a second Ctrl-C", async () => {
    const folder = hanging("trap '' TERM INT");
    const running = startSlipway(["release", "--jobs", "2"], { cwd: folder, env });
    const pids = await pidsIn(folder);
    process.kill(running.pid, "SIGINT");
    await running.printed("stopping");
    await wait(400);
    process.kill(running.pid, "SIGINT");
    expect(await running.ended).toMatchObject({ code: 130 });
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    await expectRecovery(folder);
  });
});

test("a time limit stops a run like a signal, and is a failure", async () => {
  const folder = hanging();
  const running = startSlipway(["release", "--jobs", "2", "--timeout", "3s"], { cwd: folder, env });
  const ran = await running.ended;
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/^error not everything was done within 3s \[step\.timeout\]$/m);
  const pids = existsSync(join(folder, "pids")) ? readdirSync(join(folder, "pids")) : [];
  const alive = pids.flatMap((name) =>
    readFileSync(join(folder, "pids", name), "utf8")
      .split(" ")
      .map(Number),
  );
  await expect.poll(() => alive.filter(isAlive)).toEqual([]);
  await expectRecovery(folder);
});
