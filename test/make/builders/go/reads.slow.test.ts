/** Builder `go`: whatever the toolchain would read, when it changes the program changes; when nothing does, nothing is run. */
import { chmod, mkdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { go } from "../../../../src/make/builders/go.ts";
import {
  built,
  copyFixture,
  git,
  output,
  runStep,
  skipWithout,
  writeFiles,
  type Circumstances,
} from "../../runStep.ts";
import { hostTarget } from "../binaries.ts";

/** A change of one input, in a project whose program was built before. */
interface Change {
  /** Laid down before the first build. */
  readonly files?: Readonly<Record<string, string>>;
  readonly circumstances?: Circumstances;
  readonly change: (root: string) => Promise<unknown>;
}

const append = async (path: string, text: string): Promise<void> =>
  writeFile(path, (await readFile(path, "utf8")) + text);
const replace = async (path: string, from: string, to: string): Promise<void> =>
  writeFile(path, (await readFile(path, "utf8")).replace(from, to));
/** A Go file with a package-level effect, so that its presence changes the program. */
const effect = (name: string, text: string): string =>
  `package ${name}\n\nimport "os"\n\nfunc init() { os.Stderr.WriteString("${text}") }\n`;

const outside = {
  "../outside/go.mod": "module example.com/outside\n\ngo 1.22\n",
  "../outside/outside.go": 'package outside\n\nconst Word = "outside"\n',
  "go.mod":
    "module example.com/hello\n\ngo 1.22\n\nrequire (\n\texample.com/shared v0.0.0\n\texample.com/outside v0.0.0\n)\n\nreplace example.com/shared => ./shared\n\nreplace example.com/outside => ../outside\n",
  "greet/uses.go": 'package greet\n\nimport "example.com/outside"\n\nfunc init() { println(outside.Word) }\n',
};

const changes: Readonly<Record<string, Change>> = {
  "a source of the program": { change: (root) => replace(join(root, "cmd/hello/main.go"), "system:", "System:") },
  "a source of another package": { change: (root) => replace(join(root, "greet/greet.go"), '"hello"', '"hallo"') },
  "a source for this system only": {
    change: (root) =>
      replace(
        join(root, `greet/system_${hostTarget.startsWith("linux") ? "linux" : "other"}.go`),
        'System = "',
        'System = "new ',
      ),
  },
  "a source that is added": { change: (root) => writeFile(join(root, "greet/added.go"), effect("greet", "added")) },
  "a source that is removed": {
    files: { "greet/extra.go": effect("greet", "extra") },
    change: (root) => unlink(join(root, "greet/extra.go")),
  },
  "a build constraint that left a file out": {
    files: { "greet/never.go": `//go:build never\n\n${effect("greet", "never")}` },
    change: (root) => replace(join(root, "greet/never.go"), "never", "!never"),
  },
  "a package that is imported anew, before it is edited": {
    files: { "late/late.go": effect("late", "late") },
    change: (root) => writeFile(join(root, "greet/late.go"), 'package greet\n\nimport _ "example.com/hello/late"\n'),
  },
  "an embedded file": { change: (root) => append(join(root, "cmd/hello/texts/one.txt"), "more\n") },
  "an embedded file that a glob now matches": {
    change: (root) => writeFile(join(root, "cmd/hello/texts/two.txt"), "two\n"),
  },
  "an embedded file that is gone": {
    files: { "cmd/hello/texts/two.txt": "two\n" },
    change: (root) => unlink(join(root, "cmd/hello/texts/two.txt")),
  },
  "a file in a new folder beneath an embedded one": {
    change: (root) => writeFiles(root, { "cmd/hello/texts/deep/er/new.md": "new\n" }),
  },
  "a file in a folder that was empty when it was embedded": {
    files: { "cmd/hello/texts/deep/empty/_ignored": "" },
    change: (root) => writeFile(join(root, "cmd/hello/texts/deep/empty/seen.md"), "seen\n"),
  },
  "a replaced module inside the project": {
    change: (root) => replace(join(root, "shared/shared.go"), '"shared"', '"other"'),
  },
  "a replaced module outside the project": {
    files: outside,
    change: (root) => replace(join(root, "../outside/outside.go"), '"outside"', '"changed"'),
  },
  "a file added to a replaced module outside the project": {
    files: outside,
    change: (root) => writeFile(join(root, "../outside/added.go"), effect("outside", "added")),
  },
  "the language version in go.mod": { change: (root) => replace(join(root, "go.mod"), "go 1.22", "go 1.23") },
  "a replacement in go.mod": {
    files: {
      "second/go.mod": "module example.com/shared\n\ngo 1.22\n",
      "second/shared.go": 'package shared\n\nconst Word = "second"\n',
    },
    change: (root) => replace(join(root, "go.mod"), "./shared", "./second"),
  },
  "a go.work that appears above the project": {
    files: {
      "../copy/go.mod": "module example.com/shared\n\ngo 1.22\n",
      "../copy/shared.go": 'package shared\n\nconst Word = "copy"\n',
    },
    change: (root) =>
      writeFile(
        join(root, "../go.work"),
        "go 1.22\n\nuse (\n\t./go\n\t./copy\n)\n\nreplace example.com/shared v0.0.0 => ./copy\n",
      ),
  },
  "a workspace module outside the project": {
    files: {
      "../go.work": "go 1.22\n\nuse (\n\t./go\n\t./space\n)\n",
      "../space/go.mod": "module example.com/space\n\ngo 1.22\n",
      "../space/space.go": 'package space\n\nconst Word = "space"\n',
      "greet/uses.go": 'package greet\n\nimport "example.com/space"\n\nfunc init() { println(space.Word) }\n',
    },
    change: (root) => replace(join(root, "../space/space.go"), '"space"', '"other"'),
  },
  assembly: {
    files: {
      "greet/answer_amd64.s":
        '#include "textflag.h"\n\nTEXT ·answer(SB), NOSPLIT, $0-8\n\tMOVQ $41, ret+0(FP)\n\tRET\n',
      "greet/answer_amd64.go": "package greet\n\nfunc answer() int\n\nfunc init() { println(answer()) }\n",
    },
    change: (root) =>
      process.arch === "x64"
        ? replace(join(root, "greet/answer_amd64.s"), "$41", "$42")
        : append(join(root, "greet/greet.go"), "\nvar X = 1\n"),
  },
  "a header of assembly": {
    files: {
      "greet/answer.h": "#define ANSWER 41\n",
      "greet/answer_amd64.s":
        '#include "textflag.h"\n#include "answer.h"\n\nTEXT ·answer(SB), NOSPLIT, $0-8\n\tMOVQ $ANSWER, ret+0(FP)\n\tRET\n',
      "greet/answer_amd64.go": "package greet\n\nfunc answer() int\n\nfunc init() { println(answer()) }\n",
    },
    change: (root) =>
      process.arch === "x64"
        ? replace(join(root, "greet/answer.h"), "41", "42")
        : append(join(root, "greet/greet.go"), "\nvar X = 1\n"),
  },
};

describe("the program changes with", () => {
  skipWithout("go");

  it.each(Object.keys(changes))("%s", async (name) => {
    const { files = {}, circumstances = {}, change } = changes[name] as Change;
    const root = await copyFixture("go", files);
    const first = await built(go, root, "./cmd/hello", circumstances);
    const same = await built(go, root, "./cmd/hello", circumstances);
    expect([first.state, same.state]).toEqual(["made", "cached"]);
    await change(root);
    const changed = await built(go, root, "./cmd/hello", circumstances);
    expect(changed.state).toBe("made");
    expect(changed.digest).not.toBe(first.digest);
    expect(await built(go, root, "./cmd/hello", circumstances)).toEqual({ ...changed, state: "cached" });
  });

  it("a newer version of a module, named in go.mod and go.sum", async () => {
    const { root, operator } = await withDependency();
    const first = await built(go, root, "./cmd/hello", { operator });
    expect((await built(go, root, "./cmd/hello", { operator })).state).toBe("cached");
    await output("go", ["get", "example.com/dep@v1.1.0"], { cwd: root, env: operator });
    const second = await built(go, root, "./cmd/hello", { operator });
    expect(second.state).toBe("made");
    expect(second.digest).not.toBe(first.digest);
  });

  it("a file in vendor, and vendor itself", async () => {
    const { root, operator } = await withDependency();
    const first = await built(go, root, "./cmd/hello", { operator });
    await output("go", ["mod", "vendor"], { cwd: root, env: operator });
    const vendored = await built(go, root, "./cmd/hello", { operator });
    expect(vendored.state).toBe("made");
    expect((await built(go, root, "./cmd/hello", { operator })).state).toBe("cached");
    await replace(join(root, "vendor/example.com/dep/dep.go"), "v1.0.0", "edited");
    const edited = await built(go, root, "./cmd/hello", { operator });
    expect(edited.state).toBe("made");
    expect(edited.digest).not.toBe(first.digest);
  });

  it.each<[string, unknown, Circumstances, unknown, Circumstances]>([
    ["the entry's flags", "./cmd/hello", {}, { main: "./cmd/hello", flags: "-tags=special" }, {}],
    ["the entry's tags", "./cmd/hello", {}, { main: "./cmd/hello", tags: "special" }, {}],
    ["the entry's linker flags", "./cmd/hello", {}, { main: "./cmd/hello", ldflags: "-s -w -X main.version=9" }, {}],
    ["the entry's environment", "./cmd/hello", {}, "./cmd/hello", { env: { GOFLAGS: "-tags=special" } }],
    ["the operator's environment", "./cmd/hello", {}, "./cmd/hello", { operator: { GOFLAGS: "-tags=special" } }],
    ["the target's variant", "./cmd/hello", { for: ["linux/amd64"] }, "./cmd/hello", { for: ["linux/amd64/v2"] }],
  ])("%s", async (_, raw, circumstances, otherRaw, otherCircumstances) => {
    const root = await copyFixture("go", { "greet/special.go": `//go:build special\n\n${effect("greet", "special")}` });
    const first = await built(go, root, raw, circumstances);
    const second = await built(go, root, otherRaw, otherCircumstances);
    expect(second.state).toBe("made");
    expect(second.digest).not.toBe(first.digest);
    expect(await built(go, root, raw, circumstances)).toEqual({ ...first, state: "cached" });
  });
});

describe("a program is built again", () => {
  skipWithout("go");

  it("by another version of Go", async () => {
    const root = await copyFixture("go", {
      "../bin/go": '#!/bin/sh\nPATH=${PATH#*:}\ngo "$@" | sed "s/go1\\.[0-9.]*/go1.999/"\n',
    });
    await chmod(join(root, "../bin/go"), 0o755);
    await built(go, root, "./cmd/hello");
    const operator = { PATH: `${join(root, "../bin")}:${process.env.PATH}` };
    expect((await built(go, root, "./cmd/hello", { operator })).state).toBe("made");
  });

  it("when a profile appears beside it", async () => {
    const root = await copyFixture("go");
    await built(go, root, "./cmd/hello");
    await writeFile(join(root, "cmd/hello/default.pgo"), "no profile");
    const { problems } = await runStep(go, root, "./cmd/hello", { for: [hostTarget] });
    expect(problems[0]?.lines.join("\n")).toContain("default.pgo");
  });

  it("when a folder between becomes a module of its own", async () => {
    const root = await copyFixture("go");
    await built(go, root, "./cmd/hello");
    await writeFile(join(root, "cmd/go.mod"), "module example.com/between\n");
    const { problems } = await runStep(go, root, "./cmd/hello", { for: [hostTarget] });
    expect(problems[0]?.code).toBe("step.failed");
  });

  it.each<[string, Readonly<Record<string, string>>, unknown, Circumstances]>([
    ["calls C", {}, { main: "./lib/answer", cgo: true }, {}],
    ["may call C by its environment", {}, "./cmd/hello", { env: { CGO_ENABLED: "1" } }],
    [
      "is read through an overlay",
      { "overlay.json": "{}" },
      { main: "./cmd/hello", flags: "-overlay=overlay.json" },
      {},
    ],
    [
      "is read through the operator's overlay",
      { "overlay.json": "{}" },
      "./cmd/hello",
      { operator: { GOFLAGS: "-overlay=overlay.json" } },
    ],
    [
      "has assembly that includes from elsewhere",
      {
        "defs/defs.h": "",
        "greet/empty_amd64.s": '#include "../defs/defs.h"\n',
        "greet/empty_arm64.s": '#include "../defs/defs.h"\n',
      },
      "./cmd/hello",
      {},
    ],
  ])("every time when it %s", async (_, files, raw, circumstances) => {
    const root = await copyFixture("go", files);
    const runs = [await built(go, root, raw, circumstances), await built(go, root, raw, circumstances)];
    expect(runs.map(({ state }) => state)).toEqual(["made", "made"]);
    expect(runs[0]?.digest).toBe(runs[1]?.digest);
  });

  it("when something changed while it was built", async () => {
    const slow =
      '#!/bin/sh\nPATH=${PATH#*:}\nif [ "$1" = build ]; then echo "// later" >> greet/greet.go; fi\nexec go "$@"\n';
    const root = await copyFixture("go", { "../bin/go": slow });
    await chmod(join(root, "../bin/go"), 0o755);
    const operator = { PATH: `${join(root, "../bin")}:${process.env.PATH}` };
    await built(go, root, "./cmd/hello", { operator });
    expect((await built(go, root, "./cmd/hello", { operator })).state).toBe("made");
  });
});

describe("a program is not built again", () => {
  skipWithout("go");

  it("for files that no build of it reads", async () => {
    const root = await copyFixture("go");
    await built(go, root, "./cmd/hello");
    await writeFiles(root, {
      "dist/1.2.3/release.json": "{}",
      "README.md": "new",
      "cmd/other/main.go": "package main\n\nfunc main() {}\n",
      "greet/notes.txt": "new",
    });
    expect((await built(go, root, "./cmd/hello")).state).toBe("cached");
  });

  it("for another user's settings that do not reach it", async () => {
    const root = await copyFixture("go");
    const first = await built(go, root, "./cmd/hello");
    const operator = { CGO_ENABLED: "1", GOAMD64: "v3", GOOS: "windows", GOPROXY: "off", GOPRIVATE: "example.com" };
    expect(await built(go, root, "./cmd/hello", { operator })).toEqual({ ...first, state: "cached" });
  });

  it("in another folder, by a cache that both share", async () => {
    const [one, two] = [await copyFixture("go", outside), await copyFixture("go", outside)];
    const cache = `${one}.cache`;
    const first = await built(go, one, "./cmd/hello", { cache });
    expect(await built(go, two, "./cmd/hello", { cache })).toEqual({ ...first, state: "cached" });
  });

  it("when everything is as it was at an earlier build", async () => {
    const root = await copyFixture("go");
    const first = await built(go, root, "./cmd/hello");
    await writeFile(join(root, "greet/added.go"), effect("greet", "added"));
    expect((await built(go, root, "./cmd/hello")).state).toBe("made");
    await rm(join(root, "greet/added.go"));
    expect(await built(go, root, "./cmd/hello")).toEqual({ ...first, state: "cached" });
  });
});

/** The fixture with a dependency on a module of a proxy in a folder, and the environment that finds it. */
async function withDependency(): Promise<{
  readonly root: string;
  readonly operator: Readonly<Record<string, string>>;
}> {
  const root = await copyFixture("go", {
    "greet/uses.go": 'package greet\n\nimport "example.com/dep"\n\nfunc init() { println(dep.Word) }\n',
  });
  const above = join(root, "..");
  await mkdir(join(above, "dep"));
  await git(join(above, "dep"), "init", "-q");
  for (const version of ["v1.0.0", "v1.1.0"]) {
    await writeFiles(join(above, "dep"), {
      "go.mod": "module example.com/dep\n\ngo 1.22\n",
      "dep.go": `package dep\n\nconst Word = "${version}"\n`,
    });
    await git(join(above, "dep"), "add", "-A");
    await git(join(above, "dep"), "commit", "-qm", version);
    const served = join(above, "proxy/example.com/dep/@v");
    await writeFiles(served, {
      [`${version}.info`]: JSON.stringify({ Version: version }),
      [`${version}.mod`]: "module example.com/dep\n\ngo 1.22\n",
    });
    await git(
      join(above, "dep"),
      "archive",
      "--format=zip",
      `--prefix=example.com/dep@${version}/`,
      "-o",
      join(served, `${version}.zip`),
      "HEAD",
    );
  }
  const operator = {
    GOPROXY: `file://${join(above, "proxy")}`,
    GOSUMDB: "off",
    GOMODCACHE: join(above, "modules"),
    GOFLAGS: "-modcacherw",
  };
  await output("go", ["get", "example.com/dep@v1.0.0"], { cwd: root, env: operator });
  return { root, operator };
}
