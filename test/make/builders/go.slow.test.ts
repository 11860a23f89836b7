/** Builder `go` with the real Go: what comes out runs, and is for the machine it should be for. */
import { chmod, copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { go } from "../../../src/make/builders/go.ts";
import { needs } from "../../judges.ts";
import { commit, copyFixture, date, freshFolder, output, runStep, skipWithout, type Outcome } from "../runStep.ts";
import { hostTarget, magicOf } from "./binaries.ts";

/** A runnable copy: what lies in the cache has no mode of its own. */
async function runnable(outcome: Outcome, name?: string, target?: string): Promise<string> {
  const path = join(await freshFolder(), name ?? "program");
  await copyFile(outcome.path(name, target), path);
  await chmod(path, 0o755);
  return path;
}

/** `go version -m`, as a map from settings to values. */
async function settingsOf(path: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await output("go", ["version", "-m", path])).split("\n");
  const pairs = lines.flatMap((line) => [...line.matchAll(/^\tbuild\t([^=]+)=(.*)$/g)]);
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value]));
}

describe("programs", () => {
  skipWithout("go");

  it("know their version, commit and date, and were built without C and without paths", async () => {
    const root = await copyFixture("go");
    const outcome = await runStep(go, root, "./cmd/hello", { for: [hostTarget] });
    const program = await runnable(outcome, "hello");
    const said = await output(program);
    expect(said.split("\n")[0]).toBe(`hello shared 1.2.3 (commit: ${commit}, built: ${date})`);
    expect(await settingsOf(program)).toMatchObject({ "-trimpath": "true", CGO_ENABLED: "0" });
    expect((await readFile(program)).includes(root)).toBe(false);
  });

  it("are for the machines they are named after", async () => {
    const targets = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"];
    const outcome = await runStep(go, await copyFixture("go"), "./cmd/other");
    for (const target of targets) expect(await magicOf(outcome.path(undefined, target))).toBe(target);
    expect(outcome.artifacts.map(({ name }) => name)).toEqual([
      "other",
      "other",
      "other",
      "other",
      "other.exe",
      "other.exe",
    ]);
  });

  it("are told their variant", async () => {
    const targets = {
      "linux/amd64/v3": ["GOAMD64", "v3"],
      "linux/386/softfloat": ["GO386", "softfloat"],
      "linux/arm/5": ["GOARM", "5"],
    };
    const outcome = await runStep(go, await copyFixture("go"), "./cmd/other", {
      for: Object.keys(targets),
      operator: { GOAMD64: "v4", GOARM: "7" },
    });
    for (const [target, [name = "", value]] of Object.entries(targets))
      expect((await settingsOf(outcome.path(undefined, target)))[name]).toBe(value);
  });

  it("for wasip1 run in a WASI runtime", async () => {
    const outcome = await runStep(go, await copyFixture("go"), "./cmd/hello", { for: ["wasip1/wasm"] });
    const script = `const { WASI } = require("node:wasi");
      const wasi = new WASI({ version: "preview1" });
      WebAssembly.instantiate(require("node:fs").readFileSync(process.argv[1]), wasi.getImportObject()).then(({ instance }) => wasi.start(instance));`;
    const said = await output(process.execPath, ["--no-warnings", "-e", script, outcome.path("hello.wasm")]);
    expect(said).toContain(`hello shared 1.2.3 (commit: ${commit}, built: ${date})\nsystem: another`);
  });

  it("of position-independent mode are shared objects to the loader", async () => {
    const outcome = await runStep(
      go,
      await copyFixture("go"),
      { main: "./cmd/other", buildmode: "pie" },
      { for: ["linux/amd64"] },
    );
    const file = await readFile(outcome.path());
    expect(file.readUInt16LE(16)).toBe(3); // e_type ET_DYN
  });

  it("that a pattern matches are built side by side", async () => {
    const outcome = await runStep(go, await copyFixture("go"), "./cmd/...", { for: [hostTarget] });
    expect(await output(await runnable(outcome, "hello"))).toContain("hello shared");
    await output(await runnable(outcome, "other"));
  });

  it("of a module below the root are built in it", async () => {
    const root = await copyFixture("go", {
      "tools/gen/go.mod": "module example.com/tools/gen\n\ngo 1.22\n",
      "tools/gen/main.go": 'package main\n\nvar version string\n\nfunc main() { println("gen", version) }\n',
    });
    const outcome = await runStep(go, root, ".", { dir: "tools/gen", for: [hostTarget] });
    expect(Object.values(outcome.states)).toEqual(["made"]);
    expect(outcome.artifacts[0]?.name).toBe("gen");
  });
});

describe("on another machine", () => {
  needs("go", "qemu-aarch64")("a program for linux/arm64 runs", async ({ "qemu-aarch64": qemu }) => {
    const outcome = await runStep(go, await copyFixture("go"), "./cmd/hello", { for: ["linux/arm64"] });
    expect(await output(qemu, [await runnable(outcome)])).toContain(
      `hello shared 1.2.3 (commit: ${commit}, built: ${date})`,
    );
  });
});

describe("libraries", () => {
  skipWithout("go");
  skipWithout("python3");

  it("of mode c-shared can be called from elsewhere, and come with their header", async () => {
    const raw = { main: "./lib/answer", buildmode: "c-shared" };
    const outcome = await runStep(go, await copyFixture("go"), raw, { for: ["linux/amd64"] });
    expect(await readFile(outcome.path("answer.h"), "utf8")).toContain("extern int Answer(void);");
    const library = await runnable(outcome, "answer.so");
    expect(
      await output("python3", ["-c", `import ctypes; print(ctypes.CDLL(${JSON.stringify(library)}).Answer())`]),
    ).toBe("42\n");
    expect(outcome.artifacts.map(({ type }) => type)).toEqual(["library", "library"]);
  });
});

describe("failures", () => {
  skipWithout("go");

  it("of the compiler are shown with their lines and place", async () => {
    const root = await copyFixture("go", { "cmd/other/main.go": "package main\n\nfunc main() { broken }\n" });
    const { problems } = await runStep(go, root, "./cmd/other", { for: [hostTarget] });
    expect(problems[0]).toMatchObject({ code: "step.failed", place: { file: "slipway.yaml" } });
    expect(problems[0]?.lines.join("\n")).toContain("undefined: broken");
  });

  it("to be a program are told as such", async () => {
    const { problems } = await runStep(go, await copyFixture("go"), "./greet", { for: [hostTarget] });
    expect(problems[0]).toMatchObject({
      code: "plan.invalid",
      message: "./greet is package greet, which is no program",
    });
  });
});

describe("a tool in place of go", () => {
  const copying = '#!/bin/sh\necho "$@" >> calls\nwhile [ "$1" != -o ]; do shift; done\ncp prebuilt "$2"\n';

  it("is called as go would be, every time", async () => {
    const root = await copyFixture("go", { prebuilt: "first", "bin/copy": copying });
    await chmod(join(root, "bin/copy"), 0o755);
    const build = (): Promise<Outcome> =>
      runStep(go, root, { main: "./cmd/hello", tool: "./bin/copy" }, { for: ["linux/arm64"] });
    expect(await readFile((await build()).path("hello"), "utf8")).toBe("first");
    expect(await readFile(join(root, "calls"), "utf8")).toMatch(
      /^build -trimpath -ldflags=.* -buildvcs=false -o \S+\/hello \.\/cmd\/hello\n$/,
    );
    await copyFile(join(root, "go.mod"), join(root, "prebuilt"));
    const again = await build();
    expect(Object.values(again.states)).toEqual(["made"]);
    expect(await readFile(again.path("hello"), "utf8")).toContain("module example.com/hello");
  });

  it("that makes nothing is a failure", async () => {
    const root = await copyFixture("go", { "bin/nothing": "#!/bin/sh\n" });
    await chmod(join(root, "bin/nothing"), 0o755);
    const { problems } = await runStep(
      go,
      root,
      { main: "./cmd/hello", tool: "./bin/nothing" },
      { for: ["linux/arm64"] },
    );
    expect(problems[0]).toMatchObject({
      code: "step.failed",
      message: "./bin/nothing build ended well and left no hello",
    });
  });
});
