/** The package as npm would install it: compiled, packed, installed in an empty folder, and used from there. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ROOT } from "./setup/imports.ts";
import { projectRepository, toolFiles } from "./worlds/project.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-package-"));
const user = join(home, "user");
const bin = join(user, "node_modules", ".bin", "slipway");
const examples = [...readFileSync(join(ROOT, "docs/api.md"), "utf8").matchAll(/```ts\n([^]*?)```/g)].map(
  ([, code]) => code,
);
let packed: readonly string[] = [];

beforeAll(() => {
  const told = execFileSync("npm", ["pack", "--json", "--pack-destination", home], { cwd: ROOT, encoding: "utf8" });
  const [pack] = JSON.parse(told.slice(told.indexOf("[\n"))) as [
    { filename: string; files: readonly { path: string }[] },
  ];
  packed = pack.files.map(({ path }) => path);
  mkdirSync(user);
  writeFileSync(join(user, "package.json"), '{ "name": "user", "type": "module", "private": true }\n');
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", [...install, join(home, pack.filename)], { cwd: user });
}, 180_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("the package", () => {
  it("holds what runs and what explains it, and nothing of the workshop", () => {
    expect(packed).toEqual(
      expect.arrayContaining(["bin/slipway", "lib/index.js", "lib/format/index.d.ts", "slipway.schema.json"]),
    );
    const allowed = /^(bin|lib)\/|^(package\.json|slipway\.schema\.json|LICENSE|README\.md|CHANGELOG\.md)$/;
    expect(packed.filter((path) => !allowed.test(path))).toEqual([]);
  });

  it("runs its command", () => {
    expect(JSON.parse(execFileSync(bin, ["version", "--json"], { encoding: "utf8" }))).toMatchObject({
      version: "0.1.0",
    });
  });

  it("releases a project, threads and all", () => {
    // More than is compressed without starting a thread.
    const build = 'head -c 3000000 /dev/urandom > big\nmkdir -p "$(dirname "$2")"\ncp big "$2"\n';
    const project = projectRepository(toolFiles({ "build.sh": build }), { folder: join(home, "tool") });
    const env = { ...process.env, SLIPWAY_CACHE: join(home, "cache") };
    execFileSync(bin, ["release", "--quiet"], { cwd: project, env });
    execFileSync(bin, ["verify", "dist/1.0.0"], { cwd: project, env });
  });
});

describe("the examples of docs/api.md", () => {
  it("are typed as the package is", () => {
    const files = examples.map((code, index) => {
      writeFileSync(join(user, `example-${index}.ts`), code ?? "");
      return `example-${index}.ts`;
    });
    expect(files.length).toBe(2);
    const options = ["--noEmit", "--strict", "--target", "es2024", "--module", "nodenext", "--skipLibCheck"];
    const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
    execFileSync(join(ROOT, "node_modules/.bin/tsc"), [...options, ...types, ...files], {
      cwd: user,
      stdio: "inherit",
    });
  });

  it("make a release, and an archive", () => {
    const project = projectRepository(toolFiles(), { folder: join(home, "api") });
    const run = (code = ""): string => {
      const file = join(user, "example.ts");
      writeFileSync(file, code.replaceAll("/tmp/my-cache", join(home, "api-cache")));
      return execFileSync(process.execPath, [file], { cwd: project, encoding: "utf8" });
    };
    expect(run(examples[0])).toMatch(/^verified \d+\n$/);
    expect(run(examples[1])).toBe("directory notes/\nfile notes/hello.txt\n");
    expect(execFileSync("tar", ["-xzOf", "notes.tar.gz", "notes/hello.txt"], { cwd: project, encoding: "utf8" })).toBe(
      "hello\n",
    );
  });
});
