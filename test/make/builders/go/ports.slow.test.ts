/** Builder `go` on every processor family and level Go has: each program is for its machine, as Go itself reads it. */
import { open } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { go } from "../../../../src/make/builders/go.ts";
import { judge, needs } from "../../../judges.ts";
import { copyFixture, freshFolder, output, runStep, skipWithout, type Outcome } from "../../runStep.ts";
import { hostTarget } from "../binaries.ts";

/** Settings as `go version -m` gives them, by target; a target without a variant has Go's own baseline. */
const targets: Readonly<Record<string, readonly [name: string, value: string] | undefined>> = {
  "linux/amd64": ["GOAMD64", "v1"],
  "linux/amd64/v2": ["GOAMD64", "v2"],
  "linux/amd64/v3": ["GOAMD64", "v3"],
  "linux/amd64/v4": ["GOAMD64", "v4"],
  "linux/arm64": ["GOARM64", "v8.0"],
  "linux/arm64/v9.0": ["GOARM64", "v9.0"],
  "linux/arm/5": ["GOARM", "5"],
  "linux/arm/6": ["GOARM", "6"],
  "linux/arm/7": ["GOARM", "7"],
  "linux/386/sse2": ["GO386", "sse2"],
  "linux/386/softfloat": ["GO386", "softfloat"],
  "linux/mips/hardfloat": ["GOMIPS", "hardfloat"],
  "linux/mips/softfloat": ["GOMIPS", "softfloat"],
  "linux/mipsle/softfloat": ["GOMIPS", "softfloat"],
  "linux/mips64/hardfloat": ["GOMIPS64", "hardfloat"],
  "linux/mips64le/softfloat": ["GOMIPS64", "softfloat"],
  "linux/ppc64": ["GOPPC64", "power8"],
  "linux/ppc64le/power8": ["GOPPC64", "power8"],
  "linux/ppc64le/power9": ["GOPPC64", "power9"],
  "linux/ppc64le/power10": ["GOPPC64", "power10"],
  "linux/riscv64/rva20u64": ["GORISCV64", "rva20u64"],
  "linux/riscv64/rva22u64": ["GORISCV64", "rva22u64"],
  "linux/loong64": undefined,
  "linux/s390x": undefined,
  "android/arm64": ["GOARM64", "v8.0"],
  "darwin/amd64": ["GOAMD64", "v1"],
  "darwin/arm64": ["GOARM64", "v8.0"],
  "dragonfly/amd64": ["GOAMD64", "v1"],
  "freebsd/arm/7": ["GOARM", "7"],
  "illumos/amd64": ["GOAMD64", "v1"],
  "netbsd/386": ["GO386", "sse2"],
  "openbsd/arm64": ["GOARM64", "v8.0"],
  "plan9/386": ["GO386", "sse2"],
  "solaris/amd64": ["GOAMD64", "v1"],
  "windows/386": ["GO386", "sse2"],
  "windows/amd64/v3": ["GOAMD64", "v3"],
  "windows/arm64": ["GOARM64", "v8.0"],
};

/** e_machine of the System V ABI and its supplements, and whether the first byte of a word is the largest. */
const machines: Readonly<Record<string, readonly [machine: number, isBigEndian: boolean]>> = {
  amd64: [62, false],
  arm64: [183, false],
  arm: [40, false],
  "386": [3, false],
  mips: [8, true],
  mipsle: [8, false],
  mips64: [8, true],
  mips64le: [8, false],
  ppc64: [21, true],
  ppc64le: [21, false],
  riscv64: [243, false],
  loong64: [258, false],
  s390x: [22, true],
};

async function machineOf(path: string): Promise<readonly [number, boolean]> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(20);
    await file.read(head, 0, head.length, 0);
    const isBigEndian = head[5] === 2;
    return [isBigEndian ? head.readUInt16BE(18) : head.readUInt16LE(18), isBigEndian];
  } finally {
    await file.close();
  }
}

describe("a program for", () => {
  let outcome: Outcome | undefined;
  skipWithout("go");
  beforeAll(async () => {
    if (judge("go") === undefined) return;
    outcome = await runStep(go, await copyFixture("go"), "./cmd/other", { for: Object.keys(targets) });
  });

  it.each(Object.entries(targets))("%s is one for that machine and level", async (target, setting) => {
    const path = outcome?.path(undefined, target) ?? "";
    const said = await output("go", ["version", "-m", path]);
    const [os, arch = ""] = target.split("/");
    expect(said).toContain(`\tGOOS=${os}\n`);
    expect(said).toContain(`\tGOARCH=${arch}\n`);
    if (setting !== undefined) expect(said).toContain(`\t${setting.join("=")}\n`);
    if (os === "linux" || os === "android") expect(await machineOf(path)).toEqual(machines[arch]);
  });

  it("each of them is called as its system has it", () => {
    const names = outcome?.artifacts.map(({ name, platform }) => [name, platform?.os === "windows"]);
    expect(names?.every(([name, isWindows]) => name === (isWindows === true ? "other.exe" : "other"))).toBe(true);
    expect(names).toHaveLength(Object.keys(targets).length);
  });
});

describe("WebAssembly", () => {
  skipWithout("go");

  it("for js and wasip1 are modules, called .wasm", async () => {
    const outcome = await runStep(go, await copyFixture("go"), "./cmd/other", { for: ["js/wasm", "wasip1/wasm"] });
    expect(outcome.artifacts.map(({ name }) => name)).toEqual(["other.wasm", "other.wasm"]);
    for (const target of ["js/wasm", "wasip1/wasm"])
      expect(await output("head", ["-c4", outcome.path(undefined, target)])).toBe("\0asm");
  });
});

describe("C", () => {
  needs("go", "cc")("links with an archive of mode c-archive, and calls into it", async ({ cc }) => {
    const raw = { main: "./lib/answer", buildmode: "c-archive" };
    const outcome = await runStep(go, await copyFixture("go"), raw, { for: [hostTarget] });
    const source = `#include <stdio.h>\n#include "answer.h"\nint main(void) { return printf("%d\\n", Answer()) < 0; }\n`;
    const folder = await freshFolder();
    await output(
      "sh",
      [
        "-c",
        `printf '%s' "$1" > main.c; cp "$2" answer.a; cp "$3" answer.h`,
        "sh",
        source,
        outcome.path("answer.a"),
        outcome.path("answer.h"),
      ],
      { cwd: folder },
    );
    await output(cc, ["-o", "main", "main.c", "answer.a", "-lpthread"], { cwd: folder });
    expect(await output(join(folder, "main"))).toBe("42\n");
  });

  needs("go", "cc")("is called by a program with `cgo`", async () => {
    const source = `package main\n\n// static int twice(int value) { return 2 * value; }\nimport "C"\nimport "fmt"\n\nfunc main() { fmt.Println(C.twice(21)) }\n`;
    const root = await copyFixture("go", { "cmd/c/main.go": source });
    const outcome = await runStep(go, root, { main: "./cmd/c", cgo: true }, { for: [hostTarget] });
    expect(await output(outcome.path("c"))).toBe("42\n");
  });
});
