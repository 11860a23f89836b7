/** Build-time constants stand before a program without moving its lines or changing what it means. */
import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { isDefinable, withConstants } from "../../../../src/make/builders/node/main.ts";

const run = (source: string, type: "commonjs" | "module" = "commonjs"): string =>
  execFileSync(process.execPath, [`--input-type=${type}`, "-e", source], { encoding: "utf8" });

describe("constants", () => {
  it.each<[string, string, string]>([
    ["a name", "console.log(BUILD_VERSION)", "1.2.3\n"],
    ["a variable", "console.log(process.env.CHANNEL)", "stable\n"],
    ["a `#!` line", "#!/usr/bin/env node\nconsole.log(BUILD_VERSION)", "1.2.3\n"],
    ["a byte order mark", "\uFEFFconsole.log(BUILD_VERSION)", "1.2.3\n"],
    ["a name that the program declares itself", 'const BUILD_VERSION = "own"; console.log(BUILD_VERSION)', "own\n"],
    [
      "strict mode behind comments",
      '// c\n/* d */ "use strict"\nconsole.log((() => this === undefined, (function () { return this })()))',
      "undefined\n",
    ],
  ])("reach a program with %s", (_, source, expected) => {
    const define = { BUILD_VERSION: `"1.2.3"`, "process.env.CHANNEL": `"stable"` };
    expect(run(withConstants(source, define))).toBe(expected);
  });

  it("reach a module, whose imports stay first", () => {
    const source = 'import { sep } from "node:path";\nconsole.log(sep.length, BUILD_VERSION);';
    expect(run(withConstants(source, { BUILD_VERSION: `"1.2.3"` }), "module")).toBe("1 1.2.3\n");
  });

  it("leave every line where it was", () => {
    const source = '#!/usr/bin/env node\n"use strict";\n\nthrow new Error();\n';
    const lines = withConstants(source, { A: "1" }).split("\n");
    expect(lines.length).toBe(source.split("\n").length);
    expect(lines[3]).toBe("throw new Error();");
  });

  it.each([
    ["BUILD_VERSION", true],
    ["process.env.NODE_ENV", true],
    ["$a_1", true],
    ["process.version", false],
    ["a-b", false],
    ["1a", false],
    ["a;b", false],
  ])("may be called %s: %s", (name, expected) => {
    expect(isDefinable(name)).toBe(expected);
  });
});
