/** Configs are found, and read into what the plan is made of; whatever is wrong is said at once and in its place. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findConfig, readConfig } from "../../../src/input/index.ts";
import { kinds, problemsIn, read, readText, wrongWith } from "../kinds.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text = "slipway: 1\nproject: tool\n"): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe("a config", () => {
  it.each(["slipway.yaml", "slipway.yml"])("is found as %s, in the folder and from folders beneath", async (name) => {
    const file = write(`${name}-project/${name}`);
    mkdirSync(join(file, "../a/b"), { recursive: true });
    expect(await findConfig(join(file, "../a/b"))).toBe(file);
    const config = await readConfig({ dir: join(file, "../a"), kinds });
    expect([config.root, config.project.name]).toEqual([join(file, ".."), "tool"]);
  });

  it("may be JSON", async () => {
    write("json/slipway.json", '{\n\t"slipway": 1,\n\t"project": { "name": "tool" }\n}\n');
    expect((await readConfig({ dir: join(folder, "json"), kinds })).project.name).toBe("tool");
  });

  it("may be named, and is named in messages as it was", async () => {
    write("named/release/other.yaml", "slipway: 1\n");
    await expect(readConfig({ dir: join(folder, "named"), file: "release/other.yaml", kinds })).rejects.toMatchObject({
      place: { file: "release/other.yaml" },
    });
    await expect(readConfig({ dir: folder, file: "nope.yaml", kinds })).rejects.toMatchObject({ code: "file.missing" });
    await expect(readConfig({ dir: folder, file: "named", kinds })).rejects.toMatchObject({ code: "file.denied" });
  });

  it("is not looked for above the repository", async () => {
    write("outer/slipway.yaml");
    mkdirSync(join(folder, "outer/inner/.git"), { recursive: true });
    expect(await findConfig(join(folder, "outer/inner"))).toBeUndefined();
    await expect(readConfig({ dir: join(folder, "outer/inner"), kinds })).rejects.toMatchObject({
      code: "config.missing",
      hint: "slipway init writes one.",
    });
  });

  it("stands alone", async () => {
    write("two/slipway.yaml");
    write("two/slipway.yml");
    await expect(findConfig(join(folder, "two"))).rejects.toMatchObject({ code: "config.invalid" });
  });
});

describe("the smallest config", () => {
  const config = read("builds:\n  - gcc: main.c\n");

  it("has one archive for each target, checksums, an index, notes and a folder", () => {
    expect(config.archives).toHaveLength(1);
    expect(config.archives[0]?.format).toEqual({
      default: ["tar.gz"],
      exact: [{ pattern: "windows", value: ["zip"] }],
    });
    expect(config.archives[0]?.files.every(({ optional }) => optional)).toBe(true);
    expect(config.release.checksums).toMatchObject([
      { algorithm: "sha256", split: false, name: { source: "checksums.txt" } },
    ]);
    expect([config.release.folder.source, config.release.index?.source]).toEqual(["dist/{{ version }}", "index.json"]);
    expect(config.notes).toMatchObject({ from: "commits", file: { source: "notes.md" } });
    expect([config.source, config.before, config.publish, config.stores]).toEqual([[], [], [], {}]);
  });

  it.each([
    [{ os: "linux", arch: "amd64" }, "tool_1.2.3_linux_amd64"],
    [{ os: "linux", arch: "amd64", variant: "v3" }, "tool_1.2.3_linux_amd64v3"],
    [{ os: "linux", arch: "arm", variant: "7" }, "tool_1.2.3_linux_armv7"],
    [{ os: "linux", arch: "mips", variant: "softfloat" }, "tool_1.2.3_linux_mips_softfloat"],
    [undefined, "tool_1.2.3"],
  ])("names archives as GoReleaser does: %j is %s", (platform, name) => {
    const target =
      platform === undefined
        ? {}
        : { os: platform.os, arch: platform.arch, target: { name: platform.os, ...platform } };
    expect(config.archives[0]?.name?.render({ project: { name: "tool" }, version: "1.2.3", ...target })).toBe(name);
  });

  it("is for the channel its version says", () => {
    const channel = (more: object): string =>
      config.release.channel.render({ isSnapshot: false, isNightly: false, isPrerelease: false, ...more });
    expect([channel({}), channel({ isPrerelease: true }), channel({ isNightly: true }), channel({ isSnapshot: true })]).toEqual(["stable", "beta", "nightly", "snapshot"]); // prettier-ignore
  });
});

describe("nothing on purpose", () => {
  it("is none, not the default", () => {
    const config = read(
      "archives: []\nnotes: false\nsource: false\nrelease: { checksums: false, index: false }\nstores: { site: { folder: a } }\npublish: []",
    );
    expect([config.archives, config.notes, config.source, config.release.checksums, config.release.index, config.publish]).toEqual([[], undefined, [], [], undefined, []]); // prettier-ignore
  });

  it("in `from` is an archive of files only; left out it is everything", () => {
    const { archives } = read("archives: [{ from: [] }, {}, { from: tool }]");
    expect(archives.map(({ from }) => from?.length)).toEqual([0, undefined, 1]);
  });

  it("behind a word is the same as leaving the word out", () => {
    expect(read("archives:\nbuilds:\nnotes:\n").archives).toHaveLength(1);
  });
});

describe("files that are no config", () => {
  it.each([
    ["", "1:1 config.invalid the file is empty"],
    ["# nothing\n", "1:1 config.invalid the file is empty"],
    ["- a\n", "1:1 config.invalid the file is a list"],
    ["just text", "1:1 config.invalid the file is a scalar"],
  ])("say so: %j", (text, message) => {
    expect(wrongWith(text)[0]).toContain(message.replace("is empty", "is"));
  });

  it("for another version of the language are refused", () => {
    expect(wrongWith("slipway: 2\nproject: x")).toEqual([
      "1:10 config.invalid slipway: this version of the config language is not known",
    ]);
    expect(wrongWith("project: x")).toEqual(['1:1 config.invalid the file lacks "slipway"']);
    expect(wrongWith("slipway: 1")).toEqual(['1:1 config.invalid the file lacks "project"']);
  });
});

describe("messages", () => {
  it("name the nearest key, at its line and column", () => {
    const [problem] = problemsIn(() => read("archvies:\n  - format: zip\n"));
    expect(problem).toMatchObject({
      code: "config.unknown-key",
      message: 'unknown key "archvies"',
      hint: 'did you mean "archives"?',
      place: { line: 3, column: 1 },
    });
  });

  it("name the nearest value, and what else there is", () => {
    const [problem] = problemsIn(() => read("archives:\n  - format: tar.gs\n"));
    expect(problem).toMatchObject({
      hint: 'did you mean "tar.gz"?',
      expected: "one of tar.gz, zip, binary",
      place: { line: 4, column: 13 },
    });
  });

  it("come all at once, in the order of the file", () => {
    expect(
      wrongWith(
        "slipway: 1\nproject: { name: tool, licence: MIT }\nbuilds:\n  - gcc: { main: 1 }\n    binary: '{{ nope }}'\n  - gc: x\narchives:\n  - files: [{ from: a, mode: 644 }]\nrelease: { layout: tree }\n",
      ),
    ).toEqual([
      '2:24 config.unknown-key unknown key "licence" in project',
      "4:18 config.invalid builds[0].main is a number (1)",
      '5:17 template.unknown unknown name "nope"',
      "6:5 config.invalid builds[1] names no kind",
      "8:30 config.invalid archives[0].files[0].mode is a number (644)",
      '9:20 config.invalid release.layout is "tree"',
    ]);
  });

  it("say a thing that stands once only once, also where aliases repeat it", () => {
    expect(wrongWith("slipway: 1\nproject: x\nbuilds:\n  - &a { gcc: x, nope: 1 }\n  - *a\n")).toHaveLength(2);
    expect(wrongWith("slipway: 1\nproject: x\nvars: { a: &a '{{ nope }}', b: *a, c: *a }\n")).toEqual([
      '3:19 template.unknown unknown name "nope"',
    ]);
  });
});

describe("numbers", () => {
  it("print as they are written", () => {
    const config = read("vars: { go: 1.20, n: 3 }\nenv: { A: 1.10, B: 0644, C: true, D: 1e3 }");
    expect(Object.values(config.env).map(({ source }) => source)).toEqual(["1.10", "0644", "true", "1e3"]);
    expect(config.vars).toMatchObject({ go: { source: "1.20" }, n: 3 });
  });

  it("that are file modes are octal, however they are written", () => {
    const { archives } = read(
      "archives: [{ files: [{ from: a, mode: 0644 }, { from: a, mode: 0o755 }, { from: a, mode: '0600' }, { from: a, mode: '4755' }] }]",
    );
    expect(archives[0]?.files.map(({ mode }) => mode)).toEqual([0o644, 0o755, 0o600, 0o4755]);
  });

  it.each(["644", "420", "0888", "1.5", "-0644", "'rw-r--r--'", "[0644]", "07777777"])(
    "that cannot be file modes are refused: %s",
    (mode) => {
      expect(problemsIn(() => read(`archives: [{ files: [{ from: a, mode: ${mode} }] }]`))).toHaveLength(1);
    },
  );

  it.each(["1e999", "99999999999999999999999", ".inf", ".nan", "-1", "1.5"])(
    "that are no count are refused: %s",
    (number) => {
      expect(problemsIn(() => read(`notes: { abbrev: ${number} }`)).length).toBeGreaterThan(0);
    },
  );
});

describe("the text of a whole", () => {
  it("with anchors and merge keys is read like any other", () => {
    const config = readText(
      [
        "slipway: 1",
        "project: tool",
        "vars: { base: &base { mode: 0755, owner: root } }",
        "archives:",
        "  - files:",
        "      - { <<: *base, from: a }",
        "      - { <<: *base, from: b, mode: 0600 }",
      ].join("\n"),
    );
    expect(config.archives[0]?.files).toMatchObject([
      { mode: 0o755, owner: "root" },
      { mode: 0o600, owner: "root" },
    ]);
  });
});
