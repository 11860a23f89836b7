/** What builder `go` decides and refuses before anything is built. */
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { go } from "../../../src/make/builders/go.ts";
import { embedFolders } from "../../../src/make/builders/go/embed.ts";
import { lastValue, readsOnlyPackages } from "../../../src/make/builders/go/flags.ts";
import { localPaths } from "../../../src/make/builders/go/modfile.ts";
import { programName } from "../../../src/make/builders/go/programs.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import {
  commit,
  copyFixture,
  date,
  decideStep,
  freshFolder,
  skipWithout,
  writeFiles,
  type Circumstances,
} from "../runStep.ts";

async function argsOf(raw: JsonObject, circumstances: Circumstances = {}): Promise<readonly string[]> {
  const { steps } = await decideStep(go, await copyFixture("go"), raw, { for: ["linux/amd64"], ...circumstances });
  return steps[0]?.options["args"] as readonly string[];
}

describe("the command line", () => {
  skipWithout("go");

  it("trims paths and injects version, commit and the release's date when nothing is said", async () => {
    expect(await argsOf({ main: "./cmd/hello" })).toEqual([
      "-trimpath",
      `-ldflags=-s -w -X main.version=1.2.3 -X main.commit=${commit} -X main.date=${date}`,
    ]);
  });

  it("holds what the entry says, each kind of flag in its form", async () => {
    const args = await argsOf({
      main: "./cmd/hello",
      ldflags: ["-s", "-X 'main.version=v {{ version }}'"],
      flags: "-v -mod=readonly -p 1",
      tags: ["netgo, osusergo", "{{ os }}", ""],
      gcflags: ["all=-N", "-l"],
      asmflags: "all=-S",
      buildmode: "pie",
    });
    expect(args).toEqual([
      "-trimpath",
      "-v",
      "-mod=readonly",
      "-p",
      "1",
      "-asmflags=all=-S",
      "-gcflags=all=-N",
      "-gcflags=-l",
      "-tags=netgo,osusergo,linux",
      "-ldflags=-s -X 'main.version=v 1.2.3'",
      "-buildmode=pie",
    ]);
  });

  it("differs by target where the entry does", async () => {
    const raw = {
      main: "./cmd/hello",
      ldflags: { default: "-s", windows: "-H=windowsgui" },
      flags: { "linux/*": ["-v", "a b"] },
    };
    const { steps } = await decideStep(go, await copyFixture("go"), raw, { for: ["linux/arm64", "windows/amd64"] });
    expect(steps.map(({ options }) => options["args"])).toEqual([
      ["-trimpath", "-v", "a b", "-ldflags=-s"],
      ["-trimpath", "-ldflags=-H=windowsgui"],
    ]);
  });

  it("keeps the user's own -trimpath", async () => {
    expect(await argsOf({ main: "./cmd/hello", flags: "-trimpath=false", ldflags: "" })).toEqual(["-trimpath=false"]);
  });

  it.each(["-o out/x", "-o=x", "-C sub", "--C=sub"])("refuses %s, which is the builder's", async (flags) => {
    await expect(argsOf({ main: "./cmd/hello", flags })).rejects.toMatchObject({ code: "config.invalid" });
  });
});

describe("platforms", () => {
  skipWithout("go");

  it("are told to Go with their variant, or the baseline so that nobody's own setting counts", async () => {
    const wanted = [
      ["linux/amd64", { GOOS: "linux", GOARCH: "amd64", GOAMD64: "v1" }],
      ["linux/amd64/v3", { GOOS: "linux", GOARCH: "amd64", GOAMD64: "v3" }],
      ["linux/arm", { GOOS: "linux", GOARCH: "arm", GOARM: "6" }],
      ["linux/arm/7", { GOOS: "linux", GOARCH: "arm", GOARM: "7" }],
      ["windows/386", { GOOS: "windows", GOARCH: "386", GO386: "sse2" }],
      ["linux/mips/softfloat", { GOOS: "linux", GOARCH: "mips", GOMIPS: "softfloat" }],
      ["linux/mips64le", { GOOS: "linux", GOARCH: "mips64le", GOMIPS64: "hardfloat" }],
      ["linux/ppc64le/power9", { GOOS: "linux", GOARCH: "ppc64le", GOPPC64: "power9" }],
      ["linux/riscv64", { GOOS: "linux", GOARCH: "riscv64", GORISCV64: "rva20u64" }],
      ["linux/arm64/v9.0", { GOOS: "linux", GOARCH: "arm64", GOARM64: "v9.0" }],
      ["linux/loong64", { GOOS: "linux", GOARCH: "loong64" }],
      ["wasip1/wasm", { GOOS: "wasip1", GOARCH: "wasm" }],
    ] as const;
    const { steps } = await decideStep(go, await copyFixture("go"), "./cmd/hello", {
      for: wanted.map(([target]) => target),
    });
    expect(steps.map(({ env }) => env)).toEqual(wanted.map(([, env]) => env));
  });

  it.each([
    ["linux/arm/9", "GOARM is one of 5, 6, 7"],
    ["linux/s390x/z15", "Go knows no variants of s390x"],
    ["plan9/arm64", "has no port plan9/arm64"],
  ])("%s is refused: %s", async (target, why) => {
    const refused = decideStep(go, await copyFixture("go"), "./cmd/hello", { for: [target] });
    await expect(refused).rejects.toMatchObject({
      code: "plan.target",
      message: expect.stringContaining(why) as string,
    });
  });

  it("are not judged by their port where Go could not be asked", () => {
    expect(go.cannot?.(parsePlatform("plan9/arm64"), { main: [] }, {})).toBeUndefined();
  });
});

describe("outputs", () => {
  skipWithout("go");

  const named = async (raw: JsonObject, target: string): Promise<unknown> => {
    const { steps } = await decideStep(go, await copyFixture("go"), raw, { for: [target] });
    return steps[0]?.outputs.map(({ name, type }) => `${type} ${name}`);
  };

  it.each([
    [{}, "linux/amd64", ["binary hello"]],
    [{}, "windows/amd64", ["binary hello.exe"]],
    [{}, "js/wasm", ["binary hello.wasm"]],
    [{ buildmode: "c-shared" }, "linux/amd64", ["library hello.so", "library hello.h"]],
    [{ buildmode: "c-shared" }, "darwin/arm64", ["library hello.dylib", "library hello.h"]],
    [{ buildmode: "c-shared" }, "windows/amd64", ["library hello.dll", "library hello.h"]],
    [{ buildmode: "c-archive" }, "linux/amd64", ["library hello.a", "library hello.h"]],
    [{ buildmode: "c-archive" }, "windows/amd64", ["library hello.lib", "library hello.h"]],
  ])("%j for %s are %j", async (options, target, expected) => {
    expect(await named({ main: "./cmd/hello", ...options }, target)).toEqual(expected);
  });

  it("of C modes call C without being told to", async () => {
    const { steps } = await decideStep(
      go,
      await copyFixture("go"),
      { main: "./lib/answer", buildmode: "c-shared" },
      { for: ["linux/amd64"] },
    );
    expect(steps[0]?.env["CGO_ENABLED"]).toBe("1");
  });

  it.each([
    ["./cmd/hello", ".", "hello"],
    [".", ".", "the-project"],
    ["", ".", "the-project"],
    [".", "tools/gen", "gen"],
    ["./", "tools", "tools"],
    ["cmd/hello/main.go", ".", "hello"],
    ["main.go", ".", "the-project"],
    ["example.com/acme/tool/v2", ".", "tool"],
    ["example.com/acme/tool/cmd/x", "sub", "x"],
    ["../other", "sub", "other"],
  ])("of package %j in %j is called %s", (main, dir, expected) => {
    expect(programName(main, dir, "the-project")).toBe(expected);
  });
});

describe("several programs", () => {
  skipWithout("go");

  it("a pattern stands for each program it matches, one Step per program", async () => {
    const { steps } = await decideStep(go, await copyFixture("go"), "./cmd/...", { for: ["linux/amd64"] });
    expect(steps.map(({ id, outputs }) => [id, outputs[0]?.name])).toEqual([
      ["build/hello/linux/amd64/hello", "hello"],
      ["build/hello/linux/amd64/other", "other"],
    ]);
  });

  it("a pattern sees programs that need C or a tag only when the entry has them", async () => {
    const root = await copyFixture("go", {
      "lib/tagged/main.go": "//go:build special\n\npackage main\n\nfunc main() {}\n",
    });
    const idsOf = async (raw: JsonObject): Promise<readonly string[]> =>
      (await decideStep(go, root, raw, { for: ["linux/amd64"] })).steps.map(({ outputs }) => outputs[0]?.name ?? "");
    await expect(idsOf({ main: "./lib/..." })).rejects.toMatchObject({ message: "main: ./lib/... matches no program" });
    expect(await idsOf({ main: "./lib/...", cgo: true })).toEqual(["answer"]);
    expect(await idsOf({ main: "./lib/...", cgo: true, tags: "special" })).toEqual(["answer", "tagged"]);
  });

  it("binary cannot name two programs at once", async () => {
    const refused = decideStep(go, await copyFixture("go"), ["./cmd/hello", "./cmd/other"], {
      binary: "both",
      for: ["linux/amd64"],
    });
    await expect(refused).rejects.toMatchObject({ code: "plan.invalid" });
  });
});

describe("what is missing", () => {
  skipWithout("go");

  it("Go itself is named with how to get it", async () => {
    const refused = decideStep(go, await copyFixture("go"), "./cmd/hello", { operator: { PATH: "/nonexistent" } });
    await expect(refused).rejects.toMatchObject({
      code: "tool.missing",
      hint: expect.stringContaining("https://go.dev/dl") as string,
    });
  });

  it("a package that is not there is found before anything is built", async () => {
    await expect(decideStep(go, await copyFixture("go"), "./cmd/helo")).rejects.toMatchObject({
      code: "file.missing",
      message: "main: there is no cmd/helo",
    });
  });

  it("a folder without a module is found before anything is built", async () => {
    const root = await freshFolder();
    await writeFiles(root, { "main.go": "package main\n\nfunc main() {}\n" });
    await expect(decideStep(go, root, ".")).rejects.toMatchObject({
      code: "file.missing",
      message: "there is no go.mod in . or above it",
    });
  });

  it("nothing is missed that commands before the build may still make", async () => {
    const plan = await decideStep(go, await copyFixture("go"), "./cmd/generated", {
      preparing: true,
      for: ["linux/amd64"],
    });
    expect(plan.steps).toHaveLength(1);
  });

  it("a tool that replaces go is looked for instead of go", async () => {
    const root = await copyFixture("go", { "bin/mygo": "#!/bin/sh\n" });
    const operator = { PATH: "/nonexistent" };
    await expect(decideStep(go, root, { main: ".", tool: "./bin/other" }, { operator })).rejects.toMatchObject({
      code: "tool.missing",
    });
    expect((await decideStep(go, root, { main: ".", tool: "./bin/mygo" }, { operator })).steps).toHaveLength(6);
  });
});

describe("what flags make a build read", () => {
  it.each([
    ["-v -a"],
    ["-tags x,y -mod=readonly"],
    ["--trimpath -p=4"],
    ["-pgo=off -ldflags=-s"],
    ["-buildvcs=false -x"],
  ])("%s reads nothing but packages", (flags) => {
    expect(readsOnlyPackages(flags.split(" "))).toBe(true);
  });

  it.each([
    ["-overlay=o.json"],
    ["-overlay o.json"],
    ["-modfile=other.mod"],
    ["-toolexec time"],
    ["-pgo=cpu.pprof"],
    ["-pgo cpu.pprof"],
    ["-ldflags=-linkmode=external"],
    ["-asmflags=-I../include"],
    ["-gcflags=all=-importcfg=x"],
    ["-whatever-comes-next"],
    ["'-quoted"],
  ])("%s may read anything", (flags) => {
    expect(readsOnlyPackages(flags.split(" "))).toBe(false);
  });

  it("the last value of a flag counts", () => {
    expect(lastValue(["-buildvcs=false", "--buildvcs"], "buildvcs")).toBe("true");
    expect(lastValue(["-tags", "a", "-v"], "tags")).toBe("a");
    expect(lastValue(["-v"], "buildvcs")).toBeUndefined();
  });
});

describe("go.mod and go.work", () => {
  it("name local folders by use and by replacements without a version", () => {
    const text = `module example.com/m // => ./no
go 1.22
use ./one
use (
	.
	"./with space" // a comment
	\`../raw\`
)
replace example.com/a => ./a
replace example.com/b v1.0.0 => ../b // why
replace (
	example.com/c => example.com/d v1.2.3
	example.com/e v1 => /abs/e
)
require (
	example.com/f v1.0.0
)`;
    expect(localPaths(text)).toEqual(["./one", ".", "./with space", "../raw", "./a", "../b", "/abs/e"]);
  });
});

describe("embed patterns", () => {
  it.each([
    [["plain.txt"], []],
    [["*.txt"], ["."]],
    [["all:static"], ["static", "static/deep", "static/deep/empty"]],
    [["static/d*"], ["static", "static/deep", "static/deep/empty"]],
    [["st[a-b]tic/*.css"], [".", "static"]],
    [["st[^a]tic"], ["."]],
    [["missing/*"], []],
    [["what?/x"], ["."]],
  ])("%j are decided by the names in %j", async (patterns, expected) => {
    const root = await freshFolder();
    await writeFiles(root, {
      "plain.txt": "",
      "static/a.css": "",
      "static/deep/b": "",
      "static/deep/empty/.keep": "",
      "what!": "",
    });
    expect(await embedFolders(root, patterns)).toEqual(expected.map((path) => join(root, path)));
  });
});
