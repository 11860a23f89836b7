/** Builder `command`: runs what it is told, takes what it was promised, and remembers only what it may. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { command } from "../../../src/make/builders/command.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import {
  built,
  commit,
  copyFixture,
  date,
  decideStep,
  output,
  runStep,
  type Circumstances,
  type Outcome,
} from "../runStep.ts";

const raw: JsonObject = { command: "sh build.sh hello out/{{ target }}", outputs: "out/{{ target }}/hello" };
const both = { for: ["linux/amd64", "linux/arm64"] };

describe("programs", () => {
  it("are made for each target, and know version, commit and date from the environment", async () => {
    const outcome = await runStep(command, await copyFixture("command"), raw, both);
    expect(Object.values(outcome.states)).toEqual(["made", "made"]);
    expect(outcome.artifacts.map(({ name, type, listed }) => [name, type, listed])).toEqual([
      ["hello", "binary", false],
      ["hello", "binary", false],
    ]);
    expect(await output("sh", [outcome.path("hello", "linux/arm64")])).toBe(
      `hello 1.2.3 (commit: ${commit}, built: ${date})\nsource one\n`,
    );
  });

  it("see the entry's own environment first", async () => {
    const outcome = await runStep(command, await copyFixture("command"), raw, {
      for: ["linux/amd64"],
      env: { BUILD_VERSION: "v{{ version }}-{{ arch }}" },
    });
    expect(await output("sh", [outcome.path()])).toContain("hello v1.2.3-amd64 (commit");
  });

  it("are found by a glob where part of the path is not known", async () => {
    const outcome = await runStep(command, await copyFixture("command"), {
      command: "sh build.sh hello out/random-17",
      outputs: "out/random-*/hello",
    });
    expect(outcome.artifacts[0]).toMatchObject({ name: "hello", platform: undefined });
  });

  it("of one command may be several", async () => {
    const script = "sh build.sh one out && sh build.sh two out";
    const outcome = await runStep(command, await copyFixture("command"), {
      command: ["sh", "-c", script],
      outputs: ["out/one", "out/two"],
    });
    expect(outcome.artifacts.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(await output("sh", [outcome.path("two")])).toContain("two 1.2.3");
  });

  it("are made in the entry's folder", async () => {
    const root = await copyFixture("command");
    await output("sh", ["-c", "mkdir sub && mv build.sh src sub/"], { cwd: root });
    const outcome = await runStep(
      command,
      root,
      { command: "./build.sh hello out", outputs: "out/hello" },
      { dir: "sub", pre: ["chmod +x sub/build.sh"] },
    );
    expect(outcome.problems).toEqual([]);
    expect(await output("sh", [outcome.path()])).toContain("hello 1.2.3");
  });
});

describe("names", () => {
  const named = async (options: JsonObject, circumstances: Circumstances = {}): Promise<unknown> => {
    const { steps } = await decideStep(
      command,
      await copyFixture("command"),
      { command: "sh x", ...options },
      { for: ["linux/amd64", "windows/amd64"], ...circumstances },
    );
    return steps.map(({ outputs }) =>
      outputs.map(({ name, listed }) => `${name}${listed ? " (released)" : ""}`).join(" "),
    );
  };

  it.each<[JsonObject, Circumstances, readonly string[]]>([
    [{ outputs: "out/tool{{ ext }}" }, {}, ["tool", "tool.exe"]],
    [{ outputs: "out/{{ target }}/*" }, {}, ["hello", "hello.exe"]],
    [{ outputs: "out/{{ target }}/*" }, { binary: "mine" }, ["mine", "mine.exe"]],
    [{ outputs: ["a{{ ext }}", "b{{ ext }}"] }, {}, ["a b", "a.exe b.exe"]],
    [{ outputs: "lib{{ os }}.so", type: "library" }, {}, ["liblinux.so", "libwindows.so"]],
    [{ outputs: "{{ os }}.deb", type: "package" }, {}, ["linux.deb (released)", "windows.deb (released)"]],
  ])("of %j with %j are %j", async (options, circumstances, expected) => {
    expect(await named(options, circumstances)).toEqual(expected);
  });

  it("that would be the same twice are refused", async () => {
    await expect(named({ outputs: ["a/tool", "b/tool"] })).rejects.toMatchObject({ code: "plan.collision" });
  });
});

describe("what is refused before anything runs", () => {
  it.each(["make x && make y", "make > log", "make $TARGET"])("%s, which needs a shell", async (text) => {
    const refused = decideStep(command, await copyFixture("command"), { command: text, outputs: "x" });
    await expect(refused).rejects.toMatchObject({
      code: "config.invalid",
      hint: expect.stringContaining("sh -c") as string,
    });
  });

  it.each(["no-such-command --flag", "./no/such/file"])("%s, which is not there", async (text) => {
    const refused = decideStep(command, await copyFixture("command"), { command: text, outputs: "x" });
    await expect(refused).rejects.toMatchObject({ code: "tool.missing" });
  });

  it("nothing that commands before the build may still bring", async () => {
    const plan = await decideStep(
      command,
      await copyFixture("command"),
      { command: "./later.sh", outputs: "x" },
      { preparing: true },
    );
    expect(plan.steps).toHaveLength(1);
  });
});

describe("what goes wrong", () => {
  it.each([
    [{ command: "true", outputs: "out/hello" }, "the command ended well, and out/hello is not there"],
    [{ command: "true", outputs: "src" }, "the command ended well, and src is not a file"],
    [{ command: "true", outputs: "out/*" }, "the command ended well, and nothing matches out/*"],
    [
      { command: "touch src/two.txt", outputs: "src/*" },
      "the command ended well, and 2 files match src/*, which is one output",
    ],
  ])("%j: %s", async (options, message) => {
    const { problems } = await runStep(command, await copyFixture("command"), options);
    expect(problems[0]).toMatchObject({
      code: "step.failed",
      place: { line: 3 },
      message: expect.stringContaining(message) as string,
    });
  });

  it("a command that fails is shown with its exit code and last lines", async () => {
    const { problems } = await runStep(command, await copyFixture("command"), {
      command: `sh -c 'echo sorry; exit 3'`,
      outputs: "x",
    });
    expect(problems[0]).toMatchObject({
      code: "step.failed",
      message: "sh -c 'echo sorry; exit 3' exited with 3",
      lines: ["sorry"],
    });
  });
});

describe("remembering", () => {
  it("without declared inputs there is none: the command runs every time", async () => {
    const root = await copyFixture("command");
    const once = { command: "sh build.sh hello out", outputs: "out/hello" };
    expect((await built(command, root, once)).state).toBe("made");
    await writeFile(join(root, "src/one.txt"), "changed\n");
    const again = await runStep(command, root, once);
    expect(Object.values(again.states)).toEqual(["made"]);
    expect(await output("sh", [again.path()])).toContain("changed");
  });

  const promised: JsonObject = { ...raw, inputs: ["build.sh", "src/**"] };
  const host: Circumstances = { for: ["linux/amd64"] };

  it.each<[string, (root: string) => Promise<unknown>]>([
    ["an input changes", (root) => writeFile(join(root, "src/one.txt"), "changed\n")],
    ["a file that an input's glob matches is added", (root) => writeFile(join(root, "src/two.txt"), "two\n")],
    ["the script changes", (root) => writeFile(join(root, "build.sh"), 'mkdir -p "$2"\necho "echo $1" > "$2/$1"\n')],
  ])("with declared inputs it runs again when %s", async (_, change) => {
    const root = await copyFixture("command");
    const first = await built(command, root, promised, host);
    expect((await built(command, root, promised, host)).state).toBe("cached");
    await change(root);
    const second = await built(command, root, promised, host);
    expect(second.state).toBe("made");
    expect(second.digest).not.toBe(first.digest);
  });

  it.each<[string, JsonObject, Circumstances]>([
    ["command", { ...promised, command: "sh build.sh  hello ./out/{{ target }}" }, host],
    ["environment", promised, { ...host, env: { BUILD_COMMIT: "other" } }],
    ["target", promised, { for: ["linux/arm64"] }],
  ])("with declared inputs it runs again for another %s", async (_, options, circumstances) => {
    const root = await copyFixture("command");
    await built(command, root, promised, host);
    expect((await built(command, root, options, circumstances)).state).toBe("made");
  });

  it("takes nothing from a run during which an input changed", async () => {
    const root = await copyFixture("command");
    const changing = { ...promised, command: `sh -c 'sh build.sh hello out/{{ target }}; echo late >> src/one.txt'` };
    await built(command, root, changing, host);
    await writeFile(join(root, "src/one.txt"), "source one\n");
    expect((await built(command, root, changing, host)).state).toBe("made");
  });

  it("makes an input that is not there a failure", async () => {
    const root = await copyFixture("command");
    await rm(join(root, "src/one.txt"));
    const { problems } = await runStep(command, root, promised, host);
    expect(problems[0]).toMatchObject({ code: "file.missing", message: "inputs: nothing matches src/**" });
  });

  it("needs the command's outputs only when it runs", async () => {
    const root = await copyFixture("command");
    const first = await built(command, root, promised, host);
    await rm(join(root, "out"), { recursive: true });
    const again: Outcome = await runStep(command, root, promised, host);
    expect(Object.values(again.states)).toEqual(["cached"]);
    expect(again.artifacts[0]?.digest).toBe(first.digest);
  });
});
