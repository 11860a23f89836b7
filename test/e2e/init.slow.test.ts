/** What `init` writes works as it is, for small projects of every kind: check, build for this machine, run, release a snapshot. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import { needs } from "../judges.ts";
import { type Files } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { type Ran, slipway } from "../worlds/slipway.ts";

const { project, run, fresh, env } = shell();

interface Built {
  readonly name: string;
  readonly path: string;
}

const goMain = (words: string): string => `package main

import "fmt"

var version = "dev"

func main() { fmt.Println("${words}", version) }
`;

const rustMain = (words: string): string =>
  `fn main() {\n    println!("${words} {}", option_env!("BUILD_VERSION").unwrap_or("dev"));\n}\n`;

/** Projects with what their programs print when run without arguments. */
const go: Readonly<Record<string, readonly [Files, Readonly<Record<string, string>>]>> = {
  "with main at its root": [
    { "go.mod": "module example.com/rooted\n\ngo 1.22\n", "main.go": goMain("rooted") },
    { rooted: "rooted 1.0.0" },
  ],
  "with several mains under cmd": [
    {
      "go.mod": "module example.com/suite\n\ngo 1.22\n",
      "cmd/alpha/main.go": goMain("alpha"),
      "cmd/beta/main.go": goMain("beta"),
      "internal/shared/shared.go": "package shared\n",
    },
    { alpha: "alpha 1.0.0", beta: "beta 1.0.0" },
  ],
  "with main at its root and another under cmd, in a folder with a blank": [
    {
      "go.mod": "module example.com/both/v2\n\ngo 1.22\n",
      "main.go": goMain("both"),
      "cmd/helper/main.go": goMain("helper"),
    },
    { both: "both 1.0.0", helper: "helper 1.0.0" },
  ],
};

const crate = (name: string): string => `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n`;
const lockFile = (name: string): string => `version = 3\n\n[[package]]\nname = "${name}"\nversion = "1.0.0"\n`;
const rust: typeof go = {
  "of one package": [
    { "Cargo.toml": crate("rusty"), "Cargo.lock": lockFile("rusty"), "src/main.rs": rustMain("rusty") },
    { rusty: "rusty " },
  ],
};

const bun: typeof go = {
  "with a bin": [
    {
      "package.json": JSON.stringify({
        name: "bunny",
        version: "1.0.0",
        type: "module",
        bin: { bunny: "src/main.ts" },
      }),
      "bun.lock": '{ "lockfileVersion": 1, "workspaces": { "": { "name": "bunny" } }, "packages": {} }\n',
      "src/main.ts": 'const who: string = "bunny";\nconsole.log(who, "runs");\n',
    },
    { bunny: "bunny runs" },
  ],
};

const node: typeof go = {
  "of one file": [
    {
      "package.json": JSON.stringify({ name: "noddy", version: "1.0.0", bin: { noddy: "noddy.js" } }),
      "noddy.js": 'console.log("noddy runs");\n',
    },
    { noddy: "noddy runs" },
  ],
};

const python: typeof go = {
  "with a script": [
    {
      "pyproject.toml":
        '[project]\nname = "snake"\nversion = "1.0.0"\n\n[project.scripts]\nsnake = "snake:main"\n\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
      "src/snake/__init__.py": 'def main():\n    print("snake runs")\n',
    },
    {},
  ],
};

async function expectWorks(
  files: Files,
  prints: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const run = (cwd: string, ...args: readonly string[]): Promise<Ran> =>
    slipway(args, { cwd, env: { ...env, ...more } });
  const folder = project({ ...files, ".gitignore": "/dist/\ntarget/\n__pycache__/\n*.egg-info/\n" });
  expect(await run(folder, "init")).toMatchObject({ code: 0, stderr: "" });
  const config = readFileSync(join(folder, "slipway.yaml"), "utf8");
  const checked = await run(folder, "check", "--skip", "validate");
  expect(checked, config).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await run(folder, "build", "--target", "host", "--json", "--skip", "validate");
  expect({ code, stderr }, `${config}\n${stdout}`).toEqual({ code: 0, stderr: "" });
  const built = JSON.parse(stdout) as readonly Built[];
  expect(built.length).toBeGreaterThan(0);
  for (const [name, words] of Object.entries(prints)) {
    const program = built.find((candidate) => candidate.name === name);
    expect(program, `${name} in ${stdout}`).toBeDefined();
    if (program !== undefined) expect(execFileSync(program.path, { encoding: "utf8" })).toContain(words);
  }
  expect(await run(folder, "release", "--snapshot", "--quiet", "--target", "host"), config).toMatchObject({ code: 0 });
  const [made = ""] = readdirSync(join(folder, "dist")).filter((name) => /SNAPSHOT-[0-9a-f]{7}$/.test(name));
  expect(await run(folder, "verify", "--quiet", join("dist", made))).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await run(folder, "init")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is there already") as string,
  });
}

for (const [name, [files, prints]] of Object.entries(go))
  needs("go")(`a Go module ${name}`, () => expectWorks(files, prints));
for (const [name, [files, prints]] of Object.entries(rust))
  needs("cargo")(`a Rust project ${name}`, () => expectWorks(files, prints));
for (const [name, [files, prints]] of Object.entries(bun))
  test(`a Bun project ${name}`, () => expectWorks(files, prints));
for (const [name, [files, prints]] of Object.entries(node))
  test(`a Node project ${name}`, () => expectWorks(files, prints));
for (const [name, [files, prints]] of Object.entries(python))
  needs("python3", "uv")(`a Python project ${name}`, ({ uv }) =>
    expectWorks(files, prints, { PATH: [dirname(uv), process.env["PATH"] ?? ""].join(delimiter) }),
  );

describe("where the toolchain is missing, check says so with how to get it, for", () => {
  test.each<readonly [string, Files, RegExp]>([
    ["Go", go["with main at its root"]?.[0] ?? {}, /go is not on the PATH[^]*https:\/\/go\.dev/],
    ["Rust", rust["of one package"]?.[0] ?? {}, /cargo is not on the PATH[^]*rustup/],
    ["Zig", { "build.zig": zigBuild(), "src/main.zig": "pub fn main() void {}\n" }, /zig[^]*https:\/\/ziglang\.org/],
    [
      "Deno",
      { "deno.json": '{ "name": "dino", "tasks": { "start": "deno run main.ts" } }\n', "main.ts": "1;\n" },
      /deno[^]*https:\/\//,
    ],
  ])("%s", async (_, files, words) => {
    const folder = project({ ...files, ".gitignore": "/dist/\n" });
    const bin = fresh();
    mkdirSync(bin);
    const entries = (process.env["PATH"] ?? "").split(delimiter).map((entry) => join(entry, "git"));
    symlinkSync(entries.find((path) => existsSync(path)) ?? "", join(bin, "git"));
    const where = { cwd: folder, env: { ...env, PATH: bin, HOME: bin } };
    expect(await slipway(["init"], where)).toMatchObject({ code: 0 });
    const { code, stderr } = await slipway(["check", "--skip", "validate"], where);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain("[tool.missing]");
    expect(stderr).toMatch(words);
  });
});

test("a folder without any program gets a config that says what to write", async () => {
  const folder = project({ "README.md": "# nothing\n" });
  expect(await run(folder, "init")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("found no program") as string,
  });
  const { code, stderr } = await run(folder, "check");
  expect({ code, stderr }).toMatchObject({ stderr: expect.not.stringMatching(/defect/) as string });
});

function zigBuild(): string {
  return `const std = @import("std");
pub fn build(b: *std.Build) void {
    const exe = b.addExecutable(.{ .name = "ziggy", .root_source_file = b.path("src/main.zig") });
    b.installArtifact(exe);
}
`;
}
