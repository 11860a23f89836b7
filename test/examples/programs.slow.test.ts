/** The examples' own tests pass with their own toolchains. */

import { execFileSync } from "node:child_process";
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
  expect(answer.match(/^ok /gm)).toHaveLength(2);
});

it("hello's Bun tests pass", () => {
  const cwd = join(ROOT, "examples", "hello");
  expect(() => execFileSync(join(ROOT, "node_modules", ".bin", "bun"), ["test"], { cwd, stdio: "pipe" })).not.toThrow();
});
