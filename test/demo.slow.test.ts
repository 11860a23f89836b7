/** The demo of the README works as it stands. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./setup/imports.ts";

it("the demo releases, publishes, verifies and runs an example", () => {
  const shown = execFileSync(process.execPath, [join(ROOT, "scripts", "demo.ts")], { encoding: "utf8" });
  expect(shown).toMatch(/^(engram|hello) 1\.0\.0\S* \(commit: [0-9a-f]{7}, built: 2026-01-30T12:02:00Z\)$/m);
  expect(shown).toContain("What to try next");
});
