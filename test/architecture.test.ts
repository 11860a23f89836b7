/** The rooms of the source, who may import whom, and what every file must look like. */

import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import type { SourceFile } from "./setup/imports.ts";
import { sourceFiles } from "./setup/imports.ts";

// A room may import its own files and those of the rooms named here, and nothing else.
const ROOMS: Readonly<Record<string, readonly string[] | "everything">> = {
  model: [],
  format: ["model"],
  input: ["model"],
  plan: ["model"],
  scaffold: ["model", "input", "plan"],
  store: ["model", "format"],
  verify: ["model", "format"],
  sign: ["model", "format"],
  make: ["model", "format"],
  serve: ["model", "store"],
  install: ["model", "format", "verify", "store"],
  publish: ["model", "store", "verify"],
  prove: ["model", "format", "verify", "install", "store"],
  cli: "everything",
};

// The top of src holds only what the package exports.
const TOP = new Set(["src/index.ts"]);

const files = sourceFiles("src");
const byPath = new Map(files.map((file) => [file.path, file]));

describe("the rooms", () => {
  it("hold every source file", () => {
    expect(files.length).toBeGreaterThan(0);
    expect(
      files.filter(({ path }) => !TOP.has(path) && ROOMS[roomOf(path)] === undefined).map(({ path }) => path),
    ).toEqual([]);
  });

  it("import only the rooms they may", () => {
    const wrong = edges().filter(({ from, to }) => {
      if (TOP.has(from)) return false;
      const allowed = ROOMS[roomOf(from)];
      return allowed !== "everything" && roomOf(from) !== roomOf(to) && !allowed?.includes(roomOf(to));
    });
    expect(wrong.map(arrow)).toEqual([]);
  });

  it("stay inside src", () => {
    expect(
      edges()
        // The package says its own version.
        .filter(({ to }) => !to.startsWith("src/") && to !== "package.json")
        .map(arrow),
    ).toEqual([]);
  });

  it("import only files that exist", () => {
    expect(
      edges()
        .filter(({ to }) => to.endsWith(".ts") && !byPath.has(to))
        .map(arrow),
    ).toEqual([]);
  });

  it("keep the deciding rooms away from disk, network, processes and the clock", () => {
    const impure =
      /^node:(fs|fs\/promises|child_process|http|https|net|os|worker_threads)$|^(fs|child_process|http|https|net|os)$/;
    const wrong = files.filter(
      ({ path, packages }) => roomOf(path) === "plan" && packages.some((name) => impure.test(name)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
    const clocked = files.filter(
      ({ path, text }) => roomOf(path) === "plan" && /\bDate\.now\(|\bnew Date\(\)|\bprocess\./.test(text),
    );
    expect(clocked.map(({ path }) => path)).toEqual([]);
  });
});

describe("files", () => {
  it("form no circle", () => {
    expect(circles()).toEqual([]);
  });

  it("that declare a kind never import another kind", () => {
    const kinds = new Set(files.filter(declaresKind).map(({ path }) => path));
    expect(
      edges()
        .filter(({ from, to }) => kinds.has(from) && kinds.has(to))
        .map(arrow),
    ).toEqual([]);
  });

  it("say their job in their first line", () => {
    const all = ["src", "test", "scripts", "bench"]
      .flatMap(sourceFiles)
      .filter(({ path }) => !path.startsWith("test/fixtures/"));
    expect(all.filter(({ text }) => !/^\/\*\* [A-Z`].*[.:]( \*\/)?\n/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("are named for what they hold", () => {
    const vague = /^(utils?|helpers?|common|misc|managers?|services?)\b/;
    expect(files.filter(({ path }) => vague.test(basename(path))).map(({ path }) => path)).toEqual([]);
  });
});

interface Edge {
  readonly from: string;
  readonly to: string;
}

function edges(): readonly Edge[] {
  return files.flatMap(({ path, imports }) => imports.map((to) => ({ from: path, to })));
}

function arrow({ from, to }: Edge): string {
  return `${from} -> ${to}`;
}

/** The folder below `src/` that a file stands in. */
function roomOf(path: string): string {
  return path.split("/").length > 2 ? (path.split("/")[1] ?? "") : "";
}

/** True for a file that exports a value with a `kind` of its own, as every builder, format and store does. */
function declaresKind({ path, text }: SourceFile): boolean {
  return /^src\/(make|store|format)\//.test(path) && /^export const \w+[^=]*= (\w+\()?\{\n  kind: "/m.test(text);
}

/** Every circle of imports, as the files on it, found by walking depth first from each file. */
function circles(): readonly string[] {
  const found = new Set<string>();
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.add([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || finished.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) walk(path, []);
  return [...found];
}
