/** YAML is read into trees that know their places, and no file breaks the reader. */
import { describe, expect, it } from "vitest";
import { type Problem, problemsOf } from "../../../src/model/problem.ts";
import { parseYaml } from "../../../src/input/yaml/parse.ts";
import { sourceOf, sourceOfText } from "../../../src/input/yaml/source.ts";
import { plainOf, reach, type Tree } from "../../../src/input/yaml/tree.ts";
import { told } from "../kinds.ts";

function parse(text: string): Tree {
  const problems: Problem[] = [];
  const tree = parseYaml(sourceOfText("x.yaml", text), problems);
  expect(problems.map(told)).toEqual([]);
  if (tree === undefined) throw new Error("nothing was read");
  return tree;
}

function plain(text: string): unknown {
  return JSON.parse(JSON.stringify(plainOf(parse(text))));
}

function refusals(text: string): readonly string[] {
  const problems: Problem[] = [];
  parseYaml(sourceOfText("x.yaml", text), problems);
  return problems.map(told);
}

/** What is thrown for bytes that are no text. */
function refusedBytes(bytes: Uint8Array): string {
  try {
    sourceOf("x.yaml", bytes);
    return "nothing";
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(told).join();
  }
}

describe("values", () => {
  it("are those of YAML 1.2's core schema", () => {
    expect(plain("a: 1\nb: 1.5\nc: true\nd: yes\ne: ~\nf: 2026-01-30\ng: '1'\nh: [x, {y: z}]")).toEqual({
      a: 1, b: 1.5, c: true, d: "yes", e: null, f: "2026-01-30", g: "1", h: ["x", { y: "z" }],
    }); // prettier-ignore
  });

  it("that are JSON are read as well, tabs and all", () => {
    expect(plain('{\n\t"a": [1, "two"],\n\t"b": {\n\t\t"c": null\n\t}\n}\n')).toEqual({
      a: [1, "two"],
      b: { c: null },
    });
  });

  it("with a leading zero stay as they were written", () => {
    expect(plain("a: 0644\nb: 0o644\nc: 0\nd: 007\ne: 0.5\nf: -0644")).toEqual({
      a: "0644",
      b: "0o644",
      c: 0,
      d: "007",
      e: 0.5,
      f: "-0644",
    });
  });

  it("stand where they stand, also after a byte order mark and with CRLF", () => {
    const tree = parse("\ufeffa:\r\n  b:\r\n    - x\r\n    - y: z\r\n");
    expect(reach(tree, ["a", "b", 1, "y"]).place).toEqual({ file: "x.yaml", line: 4, column: 10 });
    expect(reach(parse("\ufeffa: 1"), ["a"]).place.column).toBe(4);
  });
});

describe("anchors and merge keys", () => {
  it("are resolved; what is written out wins, then what is merged first", () => {
    expect(
      plain("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\nw:\n  <<: *y\n  <<: *x\nv: *x"),
    ).toEqual({
      x: { a: 1, b: 1 },
      y: { b: 2, c: 2 },
      z: { a: 0, b: 1, c: 2 },
      w: { b: 2, c: 2, a: 1 },
      v: { a: 1, b: 1 },
    });
  });

  it("keep the place where the value is written", () => {
    expect(reach(parse("x: &x\n  a: 1\ny:\n  <<: *x"), ["y", "a"]).place.line).toBe(2);
  });

  it("cannot hold themselves, be missing, or merge what is no map", () => {
    expect(refusals("a: &a [*a]")).toEqual(["1:8 config.syntax nothing before this is anchored as &a"]);
    expect(refusals("a: *b")).toEqual([expect.stringMatching(/^1:4 config\.syntax/)]);
    expect(refusals("x: &x 1\na:\n  <<: *x")).toEqual(['1:7 config.syntax "<<" merges maps, and this is a scalar']);
  });

  it("that stand for billions of values are refused in no time", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 30; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
    const start = performance.now();
    expect(refusals(lines.join("\n"))[0]).toMatch(/^\d+:\d+ config\.syntax its aliases stand for too many values/);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("that nest ever deeper are refused", () => {
    const lines = ["a0: &a0 [x]"];
    for (let i = 1; i < 2000; i++) lines.push(`a${i}: &a${i} [*a${i - 1}]`);
    expect(refusals(lines.join("\n"))[0]).toMatch(/^\d+:\d+ config\.syntax it is nested too deep/);
  });
});

describe("errors", () => {
  it.each([
    ["a key that stands twice", "a: 1\nb: 2\na: 3", /^3:1 /],
    ["a tab that indents", "a:\n\tb: 1", /^2:1 /],
    ["a quote that is not closed", 'a: "b\nc: d', /^\d:\d+ /],
    ["a bracket that is not closed", "a: [1, 2", /^1:\d+ /],
    ["a tag of its own", "a: !include b.yaml", /^1:4 /],
    ["a second document", "a: 1\n---\nb: 2", /^2:1 .*second YAML document/],
    ["a key that is a map", "? {a: 1}\n: 2", /^1:\d /],
    ["a key that reaches for prototypes", "__proto__: 1", /^1:1 .*__proto__/],
    ["wrong indentation", "a:\n    b: 1\n  c: 2", /^\d:\d /],
  ])("say where: %s", (_, text, expected) => {
    const found = refusals(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(expected);
    expect(found.every((one) => one.includes("config.syntax"))).toBe(true);
  });

  it.each([
    ["brackets", "[".repeat(100_000)],
    ["braces", "{a: ".repeat(50_000)],
    ["dashes", "- ".repeat(50_000)],
    ["indentation", Array.from({ length: 1000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
  ])("come instead of a stack overflow: %s", (_, text) => {
    expect(refusals(text)[0]).toMatch(/^\d+:\d+ config\.syntax nested more than/);
  });

  it("for what is no text name the character and its place", () => {
    expect(refusedBytes(Buffer.from("a: b\n\0"))).toBe("2:1 config.syntax x.yaml holds the character U+0000");
    expect(refusedBytes(Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]))).toBe(
      "1:4 config.syntax x.yaml holds bytes that are not UTF-8",
    );
    expect(refusedBytes(Buffer.from("\ufeffa: 1", "utf16le"))).toMatch(/UTF-16/);
    expect(refusedBytes(Buffer.alloc(5_000_000, "a"))).toMatch(/^1:1 config\.syntax .*5000000 bytes/);
  });
});

describe("nothing", () => {
  it.each(["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])("is read from %j", (text) => {
    const problems: Problem[] = [];
    const tree = parseYaml(sourceOfText("x.yaml", text), problems);
    expect(problems).toEqual([]);
    expect(tree === undefined || plainOf(tree) === null).toBe(true);
  });
});
