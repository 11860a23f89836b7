/** Builder `bun`, with the bun of the project's own devDependencies. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { bun } from "../../../src/make/builders/bun.ts";
import { hostTarget, magicOf } from "./binaries.ts";
import { attempt, folder, keyOf, project, write, type Facts } from "./attempt.ts";

const host: Facts = { target: hostTarget };

async function hello(): Promise<string> {
  const root = await project("bun");
  await write(root, {
    "node_modules/greeting/package.json": `{ "name": "greeting", "version": "1.0.0", "main": "index.js" }`,
    "node_modules/greeting/index.js": `exports.greet = (subject) => "Hi, " + subject + ".";\nexports.where = __dirname;\n`,
  });
  return root;
}

describe("what it makes", () => {
  it("runs, and knows its version, commit, date and defines", async () => {
    const built = await attempt(
      bun,
      await hello(),
      { main: "src/main.ts", define: { "process.env.CHANNEL": "stable {{ version }}" } },
      host,
    );
    expect(execFileSync(built.path(), { encoding: "utf8" })).toBe(
      "hello 1.2.3 (commit: 0123456789abcdef0123456789abcdef01234567, built: 2026-01-30T12:00:00Z)\nHi, world. Slow is smooth stable 1.2.3\n",
    );
  });

  it("is the same bytes from another folder, though a CommonJS dependency uses __dirname", async () => {
    const roots = [await hello(), await hello()];
    for (const root of roots)
      await write(root, { "node_modules/greeting/index.js": "exports.greet = () => __dirname + __filename;\n" });
    const digests = await Promise.all(
      roots.map(async (root) => (await attempt(bun, root, "src/main.ts", host)).digest()),
    );
    expect(digests[0]).toBe(digests[1]);
  });

  it("is the same bytes whatever NODE_ENV the operator has", async () => {
    const root = await hello();
    const main = { "src/main.ts": "console.log(process.env.NODE_ENV)" };
    await write(root, main);
    const before = process.env.NODE_ENV;
    try {
      const digests = [];
      for (const value of ["development", "test"]) {
        process.env.NODE_ENV = value;
        digests.push(await (await attempt(bun, root, "src/main.ts", host)).digest());
      }
      expect(digests[0]).toBe(digests[1]);
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  it.each(["linux/arm64", "linux/amd64/musl", "darwin/arm64", "darwin/amd64", "windows/amd64", "windows/arm64"])(
    "is a program for %s",
    async (target) => {
      const built = await attempt(bun, await hello(), "src/main.ts", { target });
      expect(await magicOf(built.path())).toBe(target.split("/").slice(0, 2).join("/"));
      expect(built.step.outputs[0]?.name).toBe(target.startsWith("windows") ? "hello.exe" : "hello");
    },
  );
});

describe("what changes it", () => {
  const raw = { main: "src/main.ts" };
  const changes: readonly (readonly [string, (root: string) => Promise<readonly [unknown, Facts]>])[] = [
    [
      "a source file",
      async (root) => (await write(root, { "src/subject.ts": `export const subject = "moon";\n` }), [raw, host]),
    ],
    ["an embedded file", async (root) => (await write(root, { "src/motto.txt": "Smooth is fast\n" }), [raw, host])],
    [
      "a dependency",
      async (root) => (
        await write(root, { "node_modules/greeting/index.js": `exports.greet = () => "Bye.";\n` }),
        [raw, host]
      ),
    ],
    ["a define", async () => [{ ...raw, define: { "process.env.CHANNEL": "beta" } }, host]],
    ["the version", async () => [raw, { ...host, version: "1.2.4" }]],
    ["the commit", async () => [raw, { ...host, commit: "f".repeat(40) }]],
    ["the date", async () => [raw, { ...host, date: "2026-01-31T12:00:00Z" }]],
    [
      "NODE_ENV of the entry",
      async (root) => (
        await write(root, { "src/subject.ts": "export const subject = process.env.NODE_ENV;\n" }),
        [raw, { ...host, env: { NODE_ENV: "test" } }]
      ),
    ],
    [
      "tsconfig.json",
      async (root) => (
        await write(root, {
          "tsconfig.json": `{ "compilerOptions": { "paths": { "greeting": ["./src/other.ts"] } } }`,
          "src/other.ts": `export const greet = () => "Other.";\n`,
        }),
        [raw, host]
      ),
    ],
    [
      "a file that comes before another in resolution",
      async (root) => (
        await write(root, { "src/node_modules/greeting/index.js": `exports.greet = () => "Nearer.";\n` }),
        [raw, host]
      ),
    ],
  ];

  it.each(changes)("%s changes the key and the binary", async (_, change) => {
    const root = await hello();
    const [first, key] = [await attempt(bun, root, raw, host), await keyOf(bun, root, raw, host)];
    const [options, facts] = await change(root);
    expect(await keyOf(bun, root, options, facts)).not.toEqual(key);
    expect(await (await attempt(bun, root, options, facts)).digest()).not.toBe(await first.digest());
  });

  it("has the same key when nothing changed, and reads nothing the key does not cover", async () => {
    const root = await hello();
    expect(await keyOf(bun, root, raw, host)).toEqual(await keyOf(bun, root, raw, host));
    expect((await attempt(bun, root, raw, host)).reads).toEqual([]);
  });

  it("has another key under another Bun", async () => {
    const [root, tools] = [await hello(), await folder()];
    const other = join(tools, "bun");
    await write(tools, { bun: `#!/bin/sh\ncase "$1" in --revision) echo 9.9.9+other ;; *) exec bun "$@" ;; esac\n` });
    execFileSync("chmod", ["+x", other]);
    expect(await keyOf(bun, root, { ...raw, tool: other }, host)).not.toEqual(
      await keyOf(bun, root, { ...raw, tool: "bun" }, host),
    );
  });

  it("runs every time with flags of the user's, which may embed files past the bundler", async () => {
    const root = await hello();
    expect((await attempt(bun, root, { ...raw, flags: "--asset=package.json" }, host)).reads).toBeUndefined();
  });
});
