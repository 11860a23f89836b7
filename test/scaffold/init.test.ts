/** The slipway.yaml that `init` writes. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { detect } from "../../src/scaffold/detect.ts";
import { gitignoreLine, initialConfig, writeConfig } from "../../src/scaffold/init.ts";
import { projectOf, projects } from "./tree.ts";

interface Shown {
  readonly slipway: number;
  readonly project: Readonly<Record<string, string>>;
  readonly builds?: readonly Readonly<Record<string, unknown>>[];
  readonly archives?: readonly { readonly name: string; readonly from: readonly string[] }[];
  readonly stores?: unknown;
  readonly publish?: unknown;
}

async function configOf(name: string): Promise<{ readonly text: string; readonly shown: Shown }> {
  const text = initialConfig(await detect(await projectOf(projects[name] ?? {})));
  return { text, shown: parse(text) as Shown };
}

describe("initialConfig", () => {
  it.each(Object.keys(projects))("starts with the schema and the version: %s", async (name) => {
    const { text, shown } = await configOf(name);
    expect(text.split("\n").slice(0, 2)).toEqual([
      "# yaml-language-server: $schema=./node_modules/slipway/slipway.schema.json",
      "slipway: 1",
    ]);
    expect(shown.slipway).toBe(1);
  });

  it.each(Object.keys(projects))(
    "stays a config when the comments around its stores are taken away: %s",
    async (name) => {
      const { text } = await configOf(name);
      const from = text.indexOf("# stores:");
      const shown = parse(text.slice(0, from) + text.slice(from).replaceAll(/^# /gm, "")) as Shown;
      expect([shown.stores, shown.publish]).toEqual([{ site: { folder: "public/{{ version }}" } }, ["site"]]);
    },
  );

  it("has one entry for each program, named by its builder's key", async () => {
    const { shown } = await configOf("several");
    expect(
      shown.builds?.map((entry) => [entry.name, ["go", "rust", "python"].filter((kind) => kind in entry)]),
    ).toEqual([
      ["both", ["go"]],
      ["helper", ["rust"]],
      ["both-python", ["python"]],
    ]);
  });

  it("puts the programs of one module into one archive, and packages of Python into none", async () => {
    expect((await configOf("go")).shown.archives).toMatchObject([
      { name: "{{ project }}_{{ version }}_{{ os }}_{{ arch }}", from: ["engram", "engramctl"] },
    ]);
    expect((await configOf("python")).shown.archives).toBeUndefined();
    const names = (await configOf("several")).shown.archives?.map((entry) => entry.name);
    expect(names).toEqual(["both_{{ version }}_{{ os }}_{{ arch }}", "helper_{{ version }}_{{ os }}_{{ arch }}"]);
  });

  it("takes braces of a description for text, not for a template", async () => {
    expect((await configOf("bun")).shown.project.description).toBe("{% raw %}Says: hello, {{ you }}{% endraw %}");
  });

  it("says what any manifest says, whatever characters it has", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (description) => {
        const root = await projectOf({ "package.json": JSON.stringify({ name: "x", bin: "x.ts", description }) });
        const wanted = description.replaceAll(/\s+/g, " ").trim();
        const shown = (parse(initialConfig(await detect(root))) as Shown).project.description;
        expect(shown?.replace(/^\{% raw %\}(.*)\{% endraw %\}$/s, "$1")).toBe(wanted === "" ? undefined : wanted);
      }),
      { numRuns: 100 },
    );
  });
});

describe("writeConfig", () => {
  it("writes the file and leaves nothing beside it", async () => {
    const root = await projectOf({});
    const path = await writeConfig(root, "slipway: 1\n");
    expect([path, await readFile(path, "utf8"), await readdir(root)]).toEqual([
      join(root, "slipway.yaml"),
      "slipway: 1\n",
      ["slipway.yaml"],
    ]);
  });

  it.each(["slipway.yaml", "slipway.yml", "slipway.json"])("never overwrites a %s", async (name) => {
    const root = await projectOf({});
    await writeFile(join(root, name), "mine");
    await expect(writeConfig(root, "slipway: 1\n")).rejects.toMatchObject({
      message: expect.stringContaining(name) as string,
    });
    expect([await readFile(join(root, name), "utf8"), await readdir(root)]).toEqual(["mine", [name]]);
  });

  it("says which folder cannot be written", async () => {
    await expect(writeConfig("/proc", "slipway: 1\n")).rejects.toMatchObject({
      message: expect.stringContaining("/proc") as string,
    });
  });
});

describe("gitignoreLine", () => {
  it("is left out where dist is ignored already", async () => {
    const lines = await Promise.all(
      ["go", "several"].map(async (name) => gitignoreLine(await detect(await projectOf(projects[name] ?? {})))),
    );
    expect(lines).toEqual(["/dist/", undefined]);
  });
});
