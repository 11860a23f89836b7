/** What all builders owe: a missing toolchain is named with how to get it, and what every entry may say holds for each. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { builders } from "../../../src/make/builders/table.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { projectRepository, type Files } from "../../worlds/project.ts";
import { shell } from "../../worlds/shell.ts";
import { copyFixture, decideStep, freshFolder } from "../runStep.ts";

/** By builder: an entry, and what is said where nothing is installed. `prebuilt` needs nothing. */
const missing: Readonly<Record<string, readonly [raw: unknown, message: RegExp, hint: RegExp] | undefined>> = {
  go: ["./cmd/hello", /^go is not on the PATH$/, /https:\/\/go\.dev\/dl/],
  rust: ["cli", /^cargo is not on the PATH$/, /https:\/\/rustup\.rs/],
  bun: ["src/main.ts", /^bun is neither in node_modules nor on the PATH$/, /npm install --save-dev bun/],
  deno: ["src/main.ts", /^deno is neither in node_modules nor on the PATH$/, /npm install --save-dev deno/],
  node: ["cli.cjs", /^npm is not on the PATH/, /https:\/\/nodejs\.org/],
  python: [".", /^neither uv nor python3 is on the PATH$/, /install uv/],
  zig: [".", /^zig is not on the PATH$/, /https:\/\/ziglang\.org\/download/],
  command: [{ command: "make-it all", outputs: "out" }, /^command: make-it is not there$/, /install it/],
  prebuilt: undefined,
};

describe("a machine with nothing on it", () => {
  it.each([...builders.values()].map((builder) => [builder.kind, builder] as const))("%s", async (kind, builder) => {
    expect(Object.keys(missing)).toContain(kind);
    const [raw, message, hint] = missing[kind] ?? [];
    if (message === undefined || hint === undefined) return;
    const decided = decideStep(builder, await copyFixture(kind), raw, { operator: { PATH: await freshFolder() } });
    const problems = problemsOf(await decided.catch((thrown: unknown) => thrown)) ?? [];
    const [problem] = problems.filter(({ code }) => code === "tool.missing");
    expect(problem?.message).toMatch(message);
    expect(problem?.hint).toMatch(hint);
    expect(problem?.place).toMatchObject({ file: "slipway.yaml", line: 3 });
  });
});

describe("several entries", () => {
  const { run } = shell();
  const config = (builds: string): Files => ({
    "slipway.yaml": `slipway: 1\nproject: { name: tool }\nversion: { require: [tag] }\nbuilds:\n${builds}`,
    ".gitignore": "out/\ndist/\nlog\n",
  });
  const writing = (name: string, more = ""): string =>
    `  - { name: ${name}, command: [sh, -c, "mkdir -p out && echo \\"$WORD $BUILD_VERSION\\" > out/${name}-{{ target }}"], outputs: "out/${name}-{{ target }}", binary: ${name}, for: [linux/amd64, linux/arm64]${more} }\n`;

  it("that are broken stop no other: the first fails with its place, the second is made", async () => {
    const folder = projectRepository(
      config(`  - { name: broken, command: [sh, -c, "echo why >&2; exit 3"], outputs: out/none }\n${writing("good")}`),
    );
    const { code, stderr, stdout } = await run(folder, "build");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^slipway\.yaml:5:5: error .*exited with 3/m);
    expect(stderr).toContain("why");
    expect(`${stdout}${stderr}`).toMatch(/made +builds good linux\/amd64/);
    expect(existsSync(join(folder, "out/good-linux_arm64"))).toBe(true);
  });

  it("whose `when` is false are skipped, and the others run", async () => {
    const folder = projectRepository(config(writing("off", `, when: "{{ isSnapshot }}"`) + writing("on")));
    const { code, stdout, stderr } = await run(folder, "build");
    expect([code, existsSync(join(folder, "out/off-linux_amd64"))]).toEqual([0, false]);
    expect(`${stdout}${stderr}`).toMatch(/made +builds on linux\/arm64/);
  });

  it("have each their own environment", async () => {
    const folder = projectRepository(
      config(writing("one", ", env: { WORD: first }") + writing("two", `, env: { WORD: "{{ project }} second" }`)),
    );
    expect(await run(folder, "build")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "out/one-linux_amd64"), "utf8")).toBe("first 1.0.0\n");
    expect(readFileSync(join(folder, "out/two-linux_arm64"), "utf8")).toBe("tool second 1.0.0\n");
  });

  it("have hooks before and after, for each target", async () => {
    const hooks = `, hooks: { pre: [{ run: [sh, -c, "echo pre $0 >> log", "{{ target }}"] }], post: [{ run: [sh, -c, "echo post $0 $(basename $1) >> log", "{{ target }}", "{{ artifact.path }}"] }] }`;
    const folder = projectRepository(config(writing("tool", hooks)));
    expect(await run(folder, "build", "--jobs", "1")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "log"), "utf8")).toBe(
      "pre linux_amd64\npost linux_amd64 tool-linux_amd64\npre linux_arm64\npost linux_arm64 tool-linux_arm64\n",
    );
  });

  it("are made for the targets a person asks for", async () => {
    const folder = projectRepository(config(writing("tool")));
    expect(await run(folder, "build", "--target", "linux/arm64")).toMatchObject({ code: 0 });
    expect(["amd64", "arm64"].map((arch) => existsSync(join(folder, `out/tool-linux_${arch}`)))).toEqual([false, true]);
  });
});
