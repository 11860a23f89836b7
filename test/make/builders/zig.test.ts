/** What builder `zig` decides and refuses before anything runs. */
import { describe, expect, it } from "vitest";

import { zig } from "../../../src/make/builders/zig.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { commit, copyFixture, date, decideStep, type Circumstances } from "../runStep.ts";

const optionsOf = async (
  raw: unknown,
  target: string,
  circumstances: Circumstances = {},
): Promise<JsonObject | undefined> => {
  const { steps } = await decideStep(zig, await copyFixture("zig"), raw, {
    for: [target],
    preparing: true,
    ...circumstances,
  });
  return steps[0]?.options;
};

describe("the command line", () => {
  it.each([
    ["linux/amd64", "x86_64-linux", []],
    ["linux/amd64/v3", "x86_64-linux", ["-Dcpu=x86_64_v3"]],
    ["linux/arm64/musl", "aarch64-linux-musl", []],
    ["linux/arm", "arm-linux-gnueabihf", []],
    ["linux/arm/musl", "arm-linux-musleabihf", []],
    ["darwin/arm64", "aarch64-macos", []],
    ["windows/amd64", "x86_64-windows", []],
    ["wasip1/wasm", "wasm32-wasi", []],
  ])("for %s says %s", async (target, words, cpu) => {
    expect((await optionsOf(".", target))?.["args"]).toEqual([`-Dtarget=${words}`, ...cpu, "-Doptimize=ReleaseSafe"]);
  });

  it("holds the options of build.zig, and the environment has the rest", async () => {
    const options = await optionsOf(
      { main: ".", optimize: "ReleaseSmall", flags: "-Dversion={{ version }}" },
      "linux/amd64",
    );
    expect(options?.["args"]).toEqual(["-Dtarget=x86_64-linux", "-Doptimize=ReleaseSmall", "-Dversion=1.2.3"]);
    expect(options?.["constants"]).toEqual({ BUILD_VERSION: "1.2.3", BUILD_COMMIT: commit, BUILD_DATE: date });
  });

  it("of one source file strips what names folders of this machine, unless told not to", async () => {
    expect(await optionsOf("single.zig", "linux/amd64")).toMatchObject({
      source: "single.zig",
      args: ["-target", "x86_64-linux", "-O", "ReleaseSafe", "-fstrip"],
    });
    expect((await optionsOf({ main: "single.zig", flags: "-fno-strip" }, "linux/amd64"))?.["args"]).not.toContain(
      "-fstrip",
    );
  });
});

describe("what is refused before anything runs", () => {
  it.each<[string, unknown, Circumstances, JsonObject]>([
    ["a machine without zig", ".", { operator: { PATH: "/nonexistent" } }, { code: "tool.missing" }],
    [
      "a folder without a build.zig",
      { main: "src", tool: "zig" },
      {},
      { code: "file.missing", message: "src/build.zig is not there" },
    ],
    ["a target that zig has no word for", ".", { preparing: true, for: ["plan9/amd64"] }, { code: "plan.target" }],
    ["a variant that zig has no word for", ".", { preparing: true, for: ["linux/arm/7"] }, { code: "plan.target" }],
    [
      "one name for two programs",
      { main: ".", bin: ["a", "b"] },
      { preparing: true, binary: "c" },
      { code: "plan.invalid" },
    ],
  ])("%s", async (_, raw, circumstances, problem) => {
    await expect(
      decideStep(zig, await copyFixture("zig"), raw, { for: ["linux/amd64"], ...circumstances }),
    ).rejects.toMatchObject(problem);
  });
});
