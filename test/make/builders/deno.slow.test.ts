/** Builder `deno` with the real Deno. Its runtime cannot be had from a registry, so that small programs of Go's stand in for it. */
import { readFile, utimes } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { deno } from "../../../src/make/builders/deno.ts";
import { throwIfAny } from "../../../src/model/problem.ts";
import { judge } from "../../judges.ts";
import {
  commit,
  copyFixture,
  date,
  freshFolder,
  output,
  runStep,
  skipWithout,
  writeFiles,
  type Circumstances,
  type Outcome,
} from "../runStep.ts";
import { keptAsTheyAre } from "../kept.ts";
import { hostTarget, magicOf } from "./binaries.ts";
import { pagesThatDiffer } from "./mach-o.ts";

const raw = { main: "src/main.ts", include: "motto.txt", define: { LIMIT: 41 } };
let folder = "";

const standIns = new Map<string, Promise<string>>();

/** A program for a target that prints one line, where denort would be; built once. */
function standIn(target: string): Promise<string> {
  const known = standIns.get(target) ?? buildStandIn(target);
  standIns.set(target, known);
  return known;
}

async function buildStandIn(target: string): Promise<string> {
  const [GOOS, GOARCH] = target.split("/");
  const path = join(folder, target.replace("/", "-"));
  const env = { GOOS, GOARCH, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  await output("go", ["build", "-trimpath", "-o", path, "main.go"], { cwd: folder, env });
  return path;
}

async function build(
  root: string,
  entry: unknown = raw,
  target = hostTarget,
  circumstances: Circumstances = {},
): Promise<Outcome> {
  const PATH = [dirname(judge("deno") ?? ""), process.env["PATH"] ?? ""].join(delimiter);
  const operator = { PATH, DENORT_BIN: await standIn(target) };
  const outcome = await runStep(deno, root, entry, { for: [target], operator, ...circumstances });
  throwIfAny(outcome.problems);
  return outcome;
}

skipWithout("deno");
skipWithout("go");
beforeAll(async () => {
  folder = await freshFolder();
  await writeFiles(folder, { "main.go": 'package main\n\nfunc main() { print("stands in\\n") }\n' });
});

describe("what it makes", () => {
  it("holds the program, what it imports and includes, and its permissions, and is still a program", async () => {
    const outcome = await build(await copyFixture("deno"), { ...raw, permissions: ["read", "net=example.com"] });
    const bytes = await readFile(outcome.path("hello"));
    for (const text of ["import.meta.main", `export const subject = "world"`, "Slow is smooth", `"allow_read":[]`])
      expect([text, bytes.includes(text)]).toEqual([text, true]);
    expect(bytes.includes(`"allow_net":["example.com"]`)).toBe(true);
    await output(outcome.path("hello"));
  });

  it("tells the program version, commit, date and constants, and that it is the main module", async () => {
    const root = await copyFixture("deno");
    const { lines } = await build(root);
    const preload = /--preload=\S+?(?='? )/.exec(lines.join("\n"))?.[0] ?? "";
    const said = await output(judge("deno") ?? "", ["run", "--quiet", preload, "src/main.ts"], { cwd: root });
    expect(said).toBe(`hello 1.2.3 (commit: ${commit}, built: ${date})\nHi, world. 42\n`);
  });

  it("is the same bytes from another folder, with sources of another day", async () => {
    const roots = [await copyFixture("deno"), await copyFixture("deno")];
    const when = new Date("2020-02-02");
    for (const path of ["src/main.ts", "src/subject.ts", "motto.txt"])
      await utimes(join(roots[1] ?? "", path), when, when);
    const [first, second] = [await build(roots[0] ?? ""), await build(roots[1] ?? "")];
    expect(second.artifacts[0]?.digest).toBe(first.artifacts[0]?.digest);
    const bytes = await readFile(first.path());
    for (const root of roots) expect(bytes.includes(dirname(root))).toBe(false);
  });

  it.each(["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"])(
    "is a program for %s",
    async (target) => {
      const outcome = await build(await copyFixture("deno"), raw, target);
      expect(outcome.artifacts[0]?.name).toBe(target.startsWith("windows") ? "hello.exe" : "hello");
      expect(await magicOf(outcome.path())).toBe(target);
      const bytes = await readFile(outcome.path());
      expect(bytes.includes(`"t":1769774400000`)).toBe(true);
      if (target.startsWith("darwin")) expect(pagesThatDiffer(bytes)).toEqual([]);
    },
  );

  it("does not compile where a type is wrong, and Deno says where", async () => {
    const root = await copyFixture("deno", { "src/subject.ts": "export const subject: string = 1;\n" });
    await expect(build(root)).rejects.toMatchObject({ code: "step.failed" });
    const [problem] = (await build(root).catch((thrown: { readonly lines: readonly string[] }) => [thrown])) as [
      { readonly lines: readonly string[] },
    ];
    expect(problem.lines.join("\n")).toContain("src/subject.ts:1:14");
  });
});

describe("the program changes with", () => {
  // The first build is made once, and each test begins where it ended.
  let [root, first] = ["", ""];
  let backToFirst = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    if (judge("deno") === undefined || judge("go") === undefined) return;
    root = await copyFixture("deno");
    first = (await build(root)).artifacts[0]?.digest ?? "";
    backToFirst = await keptAsTheyAre(root);
  });
  beforeEach(() => backToFirst());

  it("nothing else, though Deno runs every time", async () => {
    const again = await build(root);
    expect([Object.values(again.states), again.artifacts[0]?.digest]).toEqual([["made"], first]);
  });

  it.each<[string, object, Circumstances, Readonly<Record<string, string>>]>([
    ["a module", {}, {}, { "src/subject.ts": 'export const subject: string = "moon";\n' }],
    ["a file that is included", {}, {}, { "motto.txt": "Smooth is fast\n" }],
    [
      "the import map",
      {},
      {},
      {
        "deno.json": '{ "imports": { "./src/subject.ts": "./src/o.ts" } }',
        "src/o.ts": 'export const subject = "o";\n',
      },
    ],
    ["a constant", { define: { LIMIT: 42 } }, {}, {}],
    ["a permission", { permissions: "read" }, {}, {}],
    ["a flag", { flags: "--seed=1" }, {}, {}],
    ["the version", {}, { version: "1.2.4" }, {}],
    ["the commit", {}, { commit: "f".repeat(40) }, {}],
    ["the date", {}, { epoch: 1_769_774_401 }, {}],
  ])("%s", async (_, options, circumstances, files) => {
    await writeFiles(root, files);
    const changed = await build(root, { ...raw, ...options }, hostTarget, circumstances);
    expect(changed.artifacts[0]?.digest).not.toBe(first);
  });
});
