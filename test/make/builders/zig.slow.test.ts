/** Builder `zig` with the real zig: what comes out runs, is for the right machine, and changes with its inputs. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { zig } from "../../../src/make/builders/zig.ts";
import { built, commit, copyFixture, date, runStep, skipWithout, type Circumstances } from "../runStep.ts";
import { hostTarget, magicOf } from "./binaries.ts";

const raw = { main: ".", flags: "-Dversion={{ version }}" };

/** `std.debug.print` writes to the error stream. */
async function saidBy(path: string): Promise<string> {
  return (await promisify(execFile)(path)).stderr;
}

describe("programs", () => {
  skipWithout("zig");

  it("know version, commit and date", async () => {
    const outcome = await runStep(zig, await copyFixture("zig"), raw, { for: [hostTarget] });
    expect(await saidBy(outcome.path("hello"))).toBe(`hello 1.2.3 (commit: ${commit}, built: ${date}) embedded\n`);
  });

  it("are for the machines they are named after", async () => {
    const targets = ["linux/arm64", "darwin/arm64", "windows/amd64"];
    const outcome = await runStep(zig, await copyFixture("zig"), raw, { for: targets });
    for (const target of targets) expect(await magicOf(outcome.path(undefined, target))).toBe(target);
  });

  it("of one source file are named as the entry says", async () => {
    const outcome = await runStep(zig, await copyFixture("zig"), "single.zig", { for: [hostTarget], binary: "one" });
    expect(outcome.artifacts[0]?.name).toBe("one");
    expect(await saidBy(outcome.path("one"))).toBe("single\n");
  });

  it("that build.zig does not install are named", async () => {
    const { problems } = await runStep(zig, await copyFixture("zig"), { ...raw, bin: "helo" }, { for: [hostTarget] });
    expect(problems[0]).toMatchObject({
      code: "step.failed",
      message: "zig build ended well and installed no program called helo",
    });
  });
});

describe("the program changes with", () => {
  skipWithout("zig");

  it.each<[string, (root: string) => Promise<unknown>, Circumstances]>([
    ["a source", (root) => writeFile(join(root, "src/main.zig"), "pub fn main() void {}\n"), {}],
    ["a file that is embedded", (root) => writeFile(join(root, "src/text.txt"), "changed\n"), {}],
    ["what build.zig reads from the environment", () => Promise.resolve(), { env: { BUILD_COMMIT: "other" } }],
  ])("%s", async (_, change, circumstances) => {
    const root = await copyFixture("zig");
    const first = await built(zig, root, raw);
    expect(await built(zig, root, raw)).toEqual({ ...first, state: "made" });
    await change(root);
    expect((await built(zig, root, raw, circumstances)).digest).not.toBe(first.digest);
  });
});
