/** Builder `zig` with the real zig: what comes out runs, is for the right machine, and changes with its inputs. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { zig } from "../../../src/make/builders/zig.ts";
import { judge, needs } from "../../judges.ts";
import { built, commit, copyFixture, date, output, runStep, skipWithout, type Circumstances } from "../runStep.ts";
import { keptAsTheyAre } from "../kept.ts";
import { hostTarget, magicOf } from "./binaries.ts";

const raw = { main: ".", flags: "-Dversion={{ version }}" };
/** For what is the same in every mode: zig compiles this in a tenth of the time. */
const quickly = { ...raw, optimize: "Debug" };
const withZig: Circumstances = {
  operator: { PATH: [dirname(judge("zig") ?? ""), process.env["PATH"] ?? ""].join(delimiter) },
};
const host: Circumstances = { ...withZig, for: [hostTarget] };

/** `std.debug.print` writes to the error stream. */
async function saidBy(path: string): Promise<string> {
  return (await promisify(execFile)(path)).stderr;
}

describe("programs", () => {
  skipWithout("zig");

  it("know version, commit and date", async () => {
    const outcome = await runStep(zig, await copyFixture("zig"), raw, host);
    expect(await saidBy(outcome.path("hello"))).toBe(`hello 1.2.3 (commit: ${commit}, built: ${date}) embedded\n`);
  });

  it("are for the machines they are named after", async () => {
    const targets = ["linux/amd64/v3", "linux/arm64/musl", "darwin/arm64", "darwin/amd64", "windows/amd64"];
    const outcome = await runStep(zig, await copyFixture("zig"), quickly, { ...withZig, for: targets });
    expect(outcome.problems).toEqual([]);
    for (const target of targets)
      expect(await magicOf(outcome.path(undefined, target))).toBe(target.replace(/\/(v3|musl)$/, ""));
    expect(outcome.artifacts.map(({ name }) => name)).toEqual(["hello", "hello", "hello", "hello", "hello.exe"]);
  });

  it("of one source file are named as the entry says, and know their version", async () => {
    const outcome = await runStep(zig, await copyFixture("zig"), "single.zig", { ...host, binary: "one" });
    expect(outcome.artifacts[0]?.name).toBe("one");
    expect(await saidBy(outcome.path("one"))).toBe(`single 1.2.3 (commit: ${commit}, built: ${date})\n`);
  });

  it("in C++ are linked with its library", async () => {
    const root = await copyFixture("zig", {
      "hello.cpp": "#include <iostream>\nint main() { std::cout << BUILD_VERSION << std::endl; }\n",
    });
    expect(await output((await runStep(zig, root, "hello.cpp", host)).path())).toBe("1.2.3\n");
  });

  it("in C are built from one file, for each machine with its C library", async () => {
    const source = '#include <stdio.h>\nint main(void) { return puts(NAME " " BUILD_VERSION " " BUILD_DATE) < 0; }\n';
    const root = await copyFixture("zig", { "hello.c": source });
    const entry = { main: "hello.c", flags: ['-DNAME="{{ project }}"'] };
    const outcome = await runStep(zig, root, entry, { ...withZig, for: [hostTarget, "windows/amd64"] });
    expect(outcome.problems).toEqual([]);
    expect(await output(outcome.path("hello", hostTarget))).toBe(`hello 1.2.3 ${date}\n`);
    expect(await magicOf(outcome.path("hello.exe"))).toBe("windows/amd64");
  });

  it("that build.zig does not install are named", async () => {
    const { problems } = await runStep(zig, await copyFixture("zig"), { ...quickly, bin: "helo" }, host);
    expect(problems[0]).toMatchObject({
      code: "step.failed",
      message: "zig build ended well and installed no program called helo",
    });
  });

  it("that do not compile fail with what zig says of them", async () => {
    const root = await copyFixture("zig", { "src/main.zig": "pub fn main() void { nothing(); }\n" });
    const { problems } = await runStep(zig, root, quickly, host);
    expect(problems[0]).toMatchObject({ code: "step.failed", place: { file: "slipway.yaml" } });
    expect(problems[0]?.lines.join("\n")).toContain("use of undeclared identifier 'nothing'");
  });

  it("hold no path of this machine, and are the same bytes from another folder", async () => {
    const roots = [await copyFixture("zig"), await copyFixture("zig")];
    const digests = await Promise.all(
      roots.map(async (root) => {
        const outcome = await runStep(zig, root, raw, host);
        expect((await readFile(outcome.path())).includes(root)).toBe(false);
        return outcome.artifacts[0]?.digest;
      }),
    );
    expect(digests[1]).toBe(digests[0]);
  });
});

describe("on another machine", () => {
  needs("zig", "qemu-aarch64")("a program for linux/arm64 runs", async ({ "qemu-aarch64": qemu }) => {
    const outcome = await runStep(zig, await copyFixture("zig"), quickly, { ...withZig, for: ["linux/arm64/musl"] });
    expect((await promisify(execFile)(qemu, [outcome.path()])).stderr).toContain(`hello 1.2.3 (commit: ${commit}`);
  });
});

describe("the program changes with", () => {
  skipWithout("zig");
  // The first build is made once, and each test begins where it ended.
  let [root, digest] = ["", ""];
  let backToFirst = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    if (judge("zig") === undefined) return;
    root = await copyFixture("zig");
    ({ digest } = await built(zig, root, quickly, withZig));
    backToFirst = await keptAsTheyAre(root, `${root}.cache`);
  });
  beforeEach(() => backToFirst());

  it("nothing else, though zig runs every time", async () => {
    expect(await built(zig, root, quickly, withZig)).toEqual({ digest, state: "made" });
  });

  it.each<[string, (root: string) => Promise<unknown>, Circumstances]>([
    ["a source", (at) => writeFile(join(at, "src/main.zig"), "pub fn main() void {}\n"), {}],
    ["a file that is embedded", (at) => writeFile(join(at, "src/text.txt"), "changed\n"), {}],
    ["what build.zig reads from the environment", () => Promise.resolve(), { env: { BUILD_COMMIT: "other" } }],
    ["the version", () => Promise.resolve(), { version: "1.2.4" }],
  ])("%s", async (_, change, circumstances) => {
    await change(root);
    expect((await built(zig, root, quickly, { ...withZig, ...circumstances })).digest).not.toBe(digest);
  });
});
