/** Notes as files: from the Plan's changelog, from a file, from a changelog's section, around late values. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { compileTemplate } from "../../../src/input/template/late.ts";
import type { Maker } from "../../../src/make/maker.ts";
import { sectionOf } from "../../../src/make/notes/changelog.ts";
import type { RenderLate } from "../../../src/make/running.ts";
import { notesMakers } from "../../../src/make/notes/table.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { PlannedStep } from "../../../src/model/plan.ts";
import { planOf, type Ran, runSteps } from "../../worlds/running.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-notes-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fresh = (): string => mkdtempSync(join(root, "n-"));
const render = (source: string, scope: JsonObject): string => compileTemplate(source, undefined).render(scope);

/** Makes `tool.zip` and a file that is not listed. */
const packer: Maker = {
  kind: "packer",
  version: 1,
  async make(step, context) {
    const made = step.outputs.map(({ name }) => context.write(name, bytesOf(name)));
    return { made: await Promise.all(made), reads: [] };
  },
};
const packing: PlannedStep = {
  id: "archive/tool.zip",
  section: "archives",
  kind: "packer",
  title: "tool.zip",
  needs: [],
  options: {},
  env: {},
  outputs: [
    { name: "tool.zip", type: "archive", platform: { os: "linux", arch: "amd64" }, listed: true, attributes: {} },
    { name: "hidden", type: "file", listed: false, attributes: {} },
  ],
};

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function stepOf(kind: string, options: JsonObject, needs: readonly string[] = []): PlannedStep {
  return {
    id: "notes",
    section: "notes",
    kind,
    title: "notes.md",
    needs,
    options: { header: "", footer: "", template: "", scope: {}, changelog: "", groups: [], breaking: [], ...options },
    env: {},
    outputs: [{ name: "notes.md", type: "notes", listed: true, attributes: {} }],
  };
}

function run(folder: string, step: PlannedStep): Promise<Ran> {
  const makerOf = ({ kind }: PlannedStep): Maker => (kind === "packer" ? packer : (notesMakers.get(kind) ?? packer));
  const steps = [packing, step];
  return runSteps(folder, steps, makerOf, { plan: planOf(steps), render });
}

async function notes(step: PlannedStep, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = fresh();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const ran = await run(folder, step);
  return readFileSync(ran.pathOf("notes"), "utf8");
}

const sha256 = createHash("sha256").update("tool.zip").digest("hex");

describe("notes from commits", () => {
  test("are header, changelog and footer, with an empty line between and one newline at the end", async () => {
    expect(await notes(stepOf("commits", { header: "# v1\n", changelog: "- a", footer: "Bye.\n\n" }))).toBe(
      "# v1\n\n- a\n\nBye.\n",
    );
    expect(await notes(stepOf("commits", { changelog: "- a" }))).toBe("- a\n");
  });

  test("may name what was made, which fills the holes of the Plan", async () => {
    const footer = {
      late: "{{ tag }}\n{{ checksums }}\n{% for a in artifacts %}{{ a.name }} {{ a.target }} {{ a.size }}{% endfor %}",
      with: { tag: "v1" },
    };
    const text = await notes(stepOf("commits", { changelog: "- a", footer }, ["archive/tool.zip"]));
    expect(text).toBe(`- a\n\nv1\n${sha256}  tool.zip\ntool.zip linux/amd64 8\n`);
  });

  test("are what a template of the project makes of them", async () => {
    const template =
      "{{ title }}\n{{ changelog }}\n{% for g in groups %}{{ g.title }}:{% for c in g.commits %} {{ c.description }}{% endfor %}\n{% endfor %}{{ commits | size }} {{ checksums | split: ' ' | first }}";
    const groups = [{ title: "Features", commits: [{ description: "one" }, { description: "two" }] }];
    const step = stepOf("commits", { changelog: "- a", groups, template: "notes.liquid", scope: { title: "T" } }, [
      "archive/tool.zip",
    ]);
    expect(await notes(step, { "notes.liquid": template })).toBe(`T\n- a\nFeatures: one two\n2 ${sha256}\n`);
  });
});

describe("notes that are rendered", () => {
  test.each([
    ["a template", stepOf("commits", { template: "notes.liquid" })],
    [
      "a header that waits",
      stepOf("commits", { header: { late: "{{ 'other.md' | readFile }}{{ env.WORD }}", with: {} } }),
    ],
  ])("by %s follow the files and the environment they read, though nothing in the Plan changed", async (_, step) => {
    const folder = fresh();
    const makerOf = ({ kind }: PlannedStep): Maker => notesMakers.get(kind) ?? packer;
    const inFolder = (source: string, scope: JsonObject): string =>
      compileTemplate(source, undefined, folder).render(scope);
    writeFileSync(join(folder, "notes.liquid"), "{{ 'other.md' | readFile }}{{ env.WORD }}");
    const texts: string[] = [];
    for (const [other, word] of [
      ["one", "a"],
      ["two", "a"],
      ["two", "b"],
    ] as const) {
      writeFileSync(join(folder, "other.md"), other);
      const ran = await runSteps(folder, [step], makerOf, { render: inFolder, env: { WORD: word } });
      texts.push(readFileSync(ran.pathOf("notes"), "utf8"));
    }
    expect(texts).toEqual(["onea\n", "twoa\n", "twob\n"]);
  });

  test("say where in the template file they are wrong", async () => {
    const folder = fresh();
    const inFile: RenderLate = (source, scope, from) => compileTemplate(source, from, folder).render(scope);
    writeFileSync(join(folder, "notes.liquid"), "# {{ changelog }}\n\n  {{ nope }}\n");
    const step = stepOf("commits", { template: "notes.liquid" });
    const { problems } = await runSteps(folder, [step], ({ kind }) => notesMakers.get(kind) ?? packer, {
      render: inFile,
    });
    expect(problems).toMatchObject([{ code: "template.unknown", place: { file: "notes.liquid", line: 3, column: 6 } }]);
  });
});

describe("notes from files", () => {
  test("are the file, with unix line ends", async () => {
    expect(await notes(stepOf("file", { path: "NOTES.md", header: "# v1" }), { "NOTES.md": "a\r\nb\r\n\r\n" })).toBe(
      "# v1\n\na\nb\n",
    );
  });

  test("may lie outside of the project", async () => {
    const outside = join(fresh(), "NOTES.md");
    writeFileSync(outside, "from elsewhere");
    expect(await notes(stepOf("file", { path: outside }))).toBe("from elsewhere\n");
  });

  test("are remembered until the file changes", async () => {
    const folder = fresh();
    const step = stepOf("file", { path: "NOTES.md" });
    const states: unknown[] = [];
    for (const text of ["one", "one", "two"]) {
      writeFileSync(join(folder, "NOTES.md"), text);
      states.push((await run(folder, step)).states["notes"]);
    }
    expect(states).toEqual(["made", "cached", "made"]);
  });

  test.each([
    ["that is not there", {}, "file.missing"],
    ["that is no text", { "NOTES.md": "a\u0000b" }, "format.invalid"],
  ])("fail for a file %s, naming it", async (_, files, code) => {
    const folder = fresh();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { problems } = await run(folder, stepOf("file", { path: "NOTES.md" }));
    expect(problems).toMatchObject([{ code, message: expect.stringContaining("NOTES.md") as string }]);
  });
});

describe("notes from a changelog", () => {
  const changelog = [
    "# Changelog",
    "",
    "## [Unreleased]",
    "",
    "- next",
    "",
    "## [1.1.0] - 2026-01-30",
    "",
    "### Added",
    "",
    "- one",
    "",
    "```sh",
    "## 1.0.0 is no heading here",
    "```",
    "",
    "## v1.0.0 (2025-01-01)",
    "",
    "- first",
    "",
    "[Unreleased]: https://example.org/compare/v1.1.0...HEAD",
    "[1.1.0]: https://example.org/releases/v1.1.0",
    "",
  ].join("\n");

  test.each([
    ["1.1.0", "### Added\n\n- one\n\n```sh\n## 1.0.0 is no heading here\n```"],
    ["1.0.0", "- first"],
    ["Unreleased", "- next"],
    ["1.1", undefined],
    ["2.0.0", undefined],
  ])("the section of %s ends at the next one", (version, expected) => {
    expect(sectionOf(changelog, version)).toBe(expected);
  });

  test("are the first section that is there", async () => {
    const step = stepOf("changelog", { path: "CHANGELOG.md", versions: ["1.2.0-SNAPSHOT", "1.2.0", "Unreleased"] });
    expect(await notes(step, { "CHANGELOG.md": changelog })).toBe("- next\n");
  });

  test("fail where the version has no section, and say what its heading would be", async () => {
    const folder = fresh();
    writeFileSync(join(folder, "CHANGELOG.md"), changelog);
    const { problems } = await run(folder, stepOf("changelog", { path: "CHANGELOG.md", versions: ["3.0.0"] }));
    expect(problems).toMatchObject([
      {
        code: "file.missing",
        message: "CHANGELOG.md has no section for 3.0.0",
        expected: expect.stringContaining("[3.0.0]") as string,
      },
    ]);
  });
});
