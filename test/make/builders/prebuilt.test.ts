/** Builder `prebuilt`: programs that are there are taken as they are, and those that are not are named. */
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { prebuilt } from "../../../src/make/builders/prebuilt.ts";
import { copyFixture, decideStep, output, runStep } from "../runStep.ts";

const path = "out/{{ os }}_{{ arch }}/tool{{ ext }}";
const targets = ["linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"];

async function project(): Promise<string> {
  const root = await copyFixture("prebuilt");
  await output("sh", ["make.sh"], { cwd: root });
  return root;
}

describe("programs", () => {
  it("are taken from where the template says, for each target, and stay where they are", async () => {
    const root = await project();
    const outcome = await runStep(prebuilt, root, path, { for: targets });
    expect(outcome.artifacts.map(({ name }) => name)).toEqual(["tool", "tool", "tool", "tool.exe"]);
    for (const target of targets)
      expect(await readFile(outcome.path(undefined, target), "utf8")).toContain(`tool for ${target.replace("/", "_")}`);
    expect((await stat(join(root, "out/linux_amd64/tool"))).isFile()).toBe(true);
  });

  it("are not copied again while they are the same, and are when they changed", async () => {
    const root = await project();
    const run = () => runStep(prebuilt, root, path, { for: ["linux/amd64"] });
    const first = await run();
    expect(Object.values((await run()).states)).toEqual(["cached"]);
    await writeFile(join(root, "out/linux_amd64/tool"), "changed");
    const changed = await run();
    expect(Object.values(changed.states)).toEqual(["made"]);
    expect(await readFile(changed.path(), "utf8")).toBe("changed");
    expect(changed.artifacts[0]?.digest).not.toBe(first.artifacts[0]?.digest);
  });

  it("that commands after them change are changed in a copy, under the same name and runnable", async () => {
    const root = await project();
    const path = join(root, "out/linux_amd64/tool");
    await chmod(path, 0o755);
    const before = [await readFile(path, "utf8"), (await stat(path)).mode, (await stat(path)).mtimeMs];
    const post = [
      `sh -c 'test -x "$0" && test "$(basename "$0")" = tool && echo "# changed" >> "$0"' {{ artifact.path }}`,
    ];
    const outcome = await runStep(prebuilt, root, "out/{{ os }}_{{ arch }}/tool", { for: ["linux/amd64"], post });
    expect(await readFile(outcome.path(), "utf8")).toBe(`${before[0]}# changed\n`);
    expect([await readFile(path, "utf8"), (await stat(path)).mode, (await stat(path)).mtimeMs]).toEqual(before);
  });

  it("without targets are one file for every platform", async () => {
    const root = await project();
    const outcome = await runStep(prebuilt, root, "make.sh");
    expect(outcome.artifacts).toMatchObject([{ name: "make.sh", type: "binary", platform: undefined }]);
  });

  it.each([
    [path, {}, ["tool", "tool.exe"]],
    ["out/tool_{{ os }}{{ ext }}", {}, ["hello", "hello.exe"]],
    ["out/{{ os }}/tool.bin", {}, ["tool.bin", "tool.bin.exe"]],
    ["{{ target }}/{{ binary }}", { binary: "mine-{{ version }}" }, ["mine-1.2.3", "mine-1.2.3.exe"]],
    ["tool", { dir: "bin/{{ os }}" }, ["tool", "tool.exe"]],
  ])("at %j with %j are called %j", async (raw, circumstances, expected) => {
    const source = raw.replace("{{ binary }}", "tool");
    const { steps } = await decideStep(prebuilt, await copyFixture("prebuilt"), source, {
      ...circumstances,
      for: ["linux/amd64", "windows/amd64"],
    });
    expect(steps.map(({ outputs }) => outputs[0]?.name)).toEqual(expected);
  });
});

describe("a program that is not there", () => {
  it("is named with its target and path", async () => {
    const root = await project();
    await rm(join(root, "out/linux_arm64/tool"));
    const { problems, states } = await runStep(prebuilt, root, path, { for: targets });
    expect(problems).toMatchObject([
      {
        code: "file.missing",
        message: "the program for linux/arm64 is not at out/linux_arm64/tool",
        place: { line: 3 },
      },
    ]);
    expect(states["build/hello/linux/amd64"]).toBe("made");
  });

  it("is named when the path is that of a folder", async () => {
    const { problems } = await runStep(prebuilt, await project(), "out/{{ os }}_{{ arch }}", { for: ["linux/amd64"] });
    expect(problems).toMatchObject([{ code: "file.missing", hint: "the path is not that of a file" }]);
  });
});
