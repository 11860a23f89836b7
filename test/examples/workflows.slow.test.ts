/** The workflows that the examples have are those that slipway writes from their configs, and actionlint finds nothing in them. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";

import { needs } from "../judges.ts";
import { type ExampleName, exampleRepository } from "../worlds/example.ts";
import { slipway } from "../worlds/slipway.ts";

const examples: readonly (readonly [name: ExampleName, forge: "github" | "gitea"])[] = [
  ["engram", "github"],
  ["jaco", "github"],
  ["llstack", "github"],
  ["restic-manager", "gitea"],
];

describe.each(examples)("%s's workflows", (name, forge) => {
  needs("go", "actionlint")("are what slipway writes, and right", async ({ actionlint }) => {
    const repository = exampleRepository(name);
    try {
      const { code, stdout, stderr } = await slipway(["ci", forge, "--check"], { cwd: repository });
      expect([code, stdout + stderr]).toEqual([0, expect.any(String)]);
      const folder = join(repository, `.${forge}`, "workflows");
      const files = readdirSync(folder).map((file) => join(folder, file));
      expect(files).toHaveLength(2);
      expect(execFileSync(actionlint, ["-shellcheck=", "-pyflakes=", ...files], { encoding: "utf8" })).toBe("");
    } finally {
      await rm(repository, { recursive: true, force: true });
    }
  });
});
