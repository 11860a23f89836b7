/** Builder `bun`, with the bun of the project's own devDependencies. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { bun } from "../../../src/make/builders/bun.ts";
import { built, copyFixture, freshFolder, output, runStep, writeFiles, type Circumstances } from "../runStep.ts";
import { keptAsTheyAre } from "../kept.ts";
import { hostTarget, magicOf } from "./binaries.ts";

const raw = { main: "src/main.ts" };

async function hello(): Promise<string> {
  return copyFixture("bun", {
    "node_modules/greeting/package.json": `{ "name": "greeting", "version": "1.0.0", "main": "index.js" }`,
    "node_modules/greeting/index.js": `exports.greet = (subject) => "Hi, " + subject + ".";\n`,
  });
}

describe("what it makes", () => {
  it("runs, and knows its version, commit, date and defines", async () => {
    const define = { "process.env.CHANNEL": "stable {{ version }}" };
    const outcome = await runStep(bun, await hello(), { ...raw, define }, { for: [hostTarget] });
    expect(await output(outcome.path())).toBe(
      "hello 1.2.3 (commit: 0123456789abcdef0123456789abcdef01234567, built: 2026-01-30T12:00:00Z)\nHi, world. Slow is smooth stable 1.2.3\n",
    );
  });

  it("is the same bytes from another folder, though a CommonJS dependency uses __dirname", async () => {
    const where = { "node_modules/greeting/index.js": "exports.greet = () => __dirname + __filename;\n" };
    const roots = [await hello(), await hello()];
    for (const root of roots) await writeFiles(root, where);
    const [first, second] = await Promise.all(roots.map((root) => built(bun, root, raw)));
    expect(first?.digest).toBe(second?.digest);
  });

  it("is the same bytes whatever NODE_ENV the operator has", async () => {
    const root = await hello();
    await writeFiles(root, { "src/main.ts": "console.log(process.env.NODE_ENV)" });
    const first = await built(bun, root, raw, { operator: { NODE_ENV: "development" }, cache: await freshFolder() });
    const second = await built(bun, root, raw, { operator: { NODE_ENV: "test" }, cache: await freshFolder() });
    expect([second.state, second.digest]).toEqual(["made", first.digest]);
  });

  it("is a program for every target, also another machine's", async () => {
    const targets = [
      "linux/arm64",
      "linux/amd64/musl",
      "darwin/arm64",
      "darwin/amd64",
      "windows/amd64",
      "windows/arm64",
    ];
    const outcome = await runStep(bun, await hello(), raw, { for: targets });
    expect(outcome.problems).toEqual([]);
    const found = await Promise.all(
      targets.map(async (target) => [target, await magicOf(outcome.path(undefined, target))]),
    );
    expect(found).toEqual(targets.map((target) => [target, target.replace("/musl", "")]));
    expect(outcome.artifacts.map(({ name }) => name)).toEqual([
      "hello",
      "hello",
      "hello",
      "hello",
      "hello.exe",
      "hello.exe",
    ]);
  });
});

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly define?: Readonly<Record<string, string>>;
  readonly circumstances?: Circumstances;
}

const changes: Readonly<Record<string, Change>> = {
  "a source file": { files: { "src/subject.ts": `export const subject = "moon";\n` } },
  "an embedded file": { files: { "src/motto.txt": "Smooth is fast\n" } },
  "a dependency": { files: { "node_modules/greeting/index.js": `exports.greet = () => "Bye.";\n` } },
  "the package.json of a dependency": {
    files: {
      "node_modules/greeting/package.json": `{ "main": "other.js" }`,
      "node_modules/greeting/other.js": `exports.greet = () => "Other.";\n`,
    },
  },
  "a define": { define: { "process.env.CHANNEL": "beta" } },
  "the version": { circumstances: { version: "1.2.4" } },
  "the commit": { circumstances: { commit: "f".repeat(40) } },
  "the date": { circumstances: { epoch: 1_769_774_401 } },
  "NODE_ENV of the entry": { circumstances: { env: { NODE_ENV: "test" } } },
  "tsconfig.json": {
    files: {
      "tsconfig.json": `{ "compilerOptions": { "paths": { "greeting": ["./src/other.ts"] } } }`,
      "src/other.ts": `export const greet = () => "Other.";\n`,
    },
  },
  "a file that comes before another in resolution": {
    files: { "src/node_modules/greeting/index.js": `exports.greet = () => "Nearer.";\n` },
  },
};

describe("what changes it", () => {
  // The first build is made once, and each test begins where it ended.
  let [root, first] = ["", ""];
  let backToFirst = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    root = await hello();
    await writeFiles(root, { "src/subject.ts": "export const subject = process.env.NODE_ENV;\n" });
    first = (await built(bun, root, raw)).digest;
    backToFirst = await keptAsTheyAre(root, `${root}.cache`);
  });
  beforeEach(() => backToFirst());

  it.each(Object.entries(changes))(
    "%s changes the binary",
    async (_, { files = {}, define = {}, circumstances = {} }) => {
      await writeFiles(root, files);
      const second = await built(bun, root, { ...raw, define }, circumstances);
      expect(second.state).toBe("made");
      expect(second.digest).not.toBe(first);
    },
  );

  it("is taken from the cache when nothing changed", async () => {
    expect(await built(bun, root, raw)).toEqual({ digest: first, state: "cached" });
  });

  it("is made anew by another Bun", async () => {
    const root = await hello();
    await writeFiles(root, {
      tool: `#!/bin/sh\ncase "$1" in --revision) echo 9.9.9+other ;; *) exec bun "$@" ;; esac\n`,
    });
    await chmod(join(root, "tool"), 0o755);
    await built(bun, root, { ...raw, tool: "{% if true %}bun{% endif %}" });
    expect((await built(bun, root, { ...raw, tool: "./tool" })).state).toBe("made");
    expect((await built(bun, root, { ...raw, tool: "./tool" })).state).toBe("cached");
    await writeFiles(root, {
      tool: `#!/bin/sh\ncase "$1" in --revision) echo 9.9.10+next ;; *) exec bun "$@" ;; esac\n`,
    });
    expect((await built(bun, root, { ...raw, tool: "./tool" })).state).toBe("made");
  });

  it("is made every time with flags of the user's, which may embed files past the bundler", async () => {
    const [root, flags] = [await hello(), "--asset=package.json"];
    expect((await built(bun, root, { ...raw, flags })).state).toBe("made");
    expect((await built(bun, root, { ...raw, flags })).state).toBe("made");
  });

  it("is made every time with commands before it, which may make what it bundles", async () => {
    const [root, circumstances] = [await hello(), { pre: ["cp src/main.ts src/copy.ts"] }];
    expect((await built(bun, root, { main: "src/copy.ts" }, circumstances)).state).toBe("made");
    expect((await built(bun, root, { main: "src/copy.ts" }, circumstances)).state).toBe("made");
  });
});
