/** The examples' own tests pass with their own toolchains. */

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { needs } from "../judges.ts";
import { ROOT } from "../setup/imports.ts";

needs("go")("engram's Go tests pass", ({ go }) => {
  const cwd = join(ROOT, "examples", "engram");
  execFileSync(go, ["vet", "./..."], { cwd });
  const answer = execFileSync(go, ["test", "./..."], { cwd, encoding: "utf8" });
  expect(answer.match(/^ok /gm)).toHaveLength(4);
});

needs("go")("jaco's Go tests pass", ({ go }) => {
  const cwd = join(ROOT, "examples", "jaco");
  execFileSync(go, ["vet", "./..."], { cwd });
  const answer = execFileSync(go, ["test", "./..."], { cwd, encoding: "utf8" });
  expect(answer.match(/^ok /gm)).toHaveLength(4);
});

needs("go")("llstack's Go tests pass", ({ go }) => {
  const cwd = join(ROOT, "examples", "llstack");
  execFileSync(go, ["vet", "./..."], { cwd });
  const answer = execFileSync(go, ["test", "./..."], { cwd, encoding: "utf8" });
  expect(answer.match(/^ok /gm)).toHaveLength(3);
});

needs("go")("restic-manager's Go tests pass", ({ go }) => {
  const cwd = join(ROOT, "examples", "restic-manager");
  execFileSync(go, ["vet", "./..."], { cwd });
  const answer = execFileSync(go, ["test", "./..."], { cwd, encoding: "utf8" });
  expect(answer.match(/^ok /gm)).toHaveLength(6);
});

needs("python3")("cell0's Python tests pass", ({ python3 }) => {
  const cwd = join(ROOT, "examples", "cell0");
  const { status, stderr } = spawnSync(python3, ["-B", "-m", "unittest"], { cwd, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^Ran 8 tests/m)]);
});

needs("shellcheck")("what installs restic-manager's agent is a shell script without pitfalls", ({ shellcheck }) => {
  const path = join(ROOT, "examples", "restic-manager", "deploy", "install", "install.sh");
  execFileSync(shellcheck, ["--shell=sh", path]);
});

it("hello's Bun tests pass", () => {
  const cwd = join(ROOT, "examples", "hello");
  expect(() => execFileSync(join(ROOT, "node_modules", ".bin", "bun"), ["test"], { cwd, stdio: "pipe" })).not.toThrow();
});
