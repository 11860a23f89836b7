/** The seven rules of the config language, each held up to the sections that use it. */
import { describe, expect, it } from "vitest";
import { groupNames, typesOf } from "../../../src/model/only.ts";
import { problemsIn, read } from "../kinds.ts";

function messages(text: string): readonly string[] {
  return problemsIn(() => read(text)).map(({ message }) => message);
}

describe("rule 1: the one key that names the kind", () => {
  it.each([
    ["a value is the primary option", "- gcc: main.c\n    level: debug"],
    ["options stand under the key", "- gcc: { main: main.c, level: debug }"],
    ["options stand beside it", "- gcc: { main: main.c }\n    level: debug"],
    ["all options stand beside it", "- gcc:\n    main: main.c\n    level: debug"],
  ])("%s", (_, entry) => {
    expect(read(`builds:\n  ${entry}`).builds).toMatchObject([
      { kind: "gcc", options: { main: { source: "main.c" }, level: "debug" } },
    ]);
  });

  it("may be a bare word where no option is needed", () => {
    expect(messages("builds: [gcc]")).toEqual(['builds[0] lacks "main"']);
    expect(messages("stores: { a: folder }")).toEqual(['stores.a lacks "path"']);
  });

  it.each([
    ["- { gcc: a, clang: b }", "names two kinds, gcc and clang"],
    ["- { name: x }", "names no kind"],
    ["- { gc: a }", "names no kind"],
    ["- rustc", "is a word that names no kind"],
    ["- [gcc]", "is a list, not a map"],
    ["-", "is empty"],
  ])("is exactly one: %s", (entry, message) => {
    const [problem, ...others] = problemsIn(() => read(`builds:\n  ${entry}`));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ message: `builds[0] ${message}`, expected: "exactly one of gcc, clang" });
  });

  it("is suggested where it is misspelt", () => {
    expect(problemsIn(() => read("builds: [{ clnag: a }]"))[0]?.hint).toBe('did you mean "clang"?');
    expect(problemsIn(() => read("stores: { a: { foldr: a } }"))[0]?.hint).toBe('did you mean "folder"?');
  });

  it("has its options checked by the kind, wherever they stand", () => {
    expect(messages("builds: [{ gcc: { main: a, levle: debug } }]")).toEqual(['unknown key "levle" in builds[0]']);
    expect(messages("builds: [{ gcc: a, levle: debug }]")).toEqual(['unknown key "levle" in builds[0]']);
    expect(messages("builds: [{ gcc: a, level: fast }]")).toEqual(['builds[0].level is "fast"']);
    expect(problemsIn(() => read("builds: [{ gcc: a, nmae: x }]"))[0]?.hint).toBe('did you mean "name"?');
  });

  it("has each option once", () => {
    expect(messages("builds: [{ gcc: { main: a, level: debug }, level: release }]")).toEqual([
      'builds[0] has "level" both under "gcc" and beside it',
    ]);
  });
});

describe("rule 2: what every entry may have", () => {
  it("is name, when, env and for", () => {
    const { builds } = read("builds: [{ gcc: a, name: x, when: '{{ isSnapshot }}', env: { A: 1 }, for: linux/amd64 }]");
    expect(builds[0]).toMatchObject({
      path: "builds[0]",
      name: { source: "x" },
      when: { source: "{{ isSnapshot }}" },
      env: { A: { source: "1" } },
      for: [{ pattern: "linux/amd64", without: false }],
      place: { line: 3, column: 10 },
    });
  });

  it("may be skipped by a plain true or false", () => {
    expect(read("builds: [{ gcc: a, when: false }]").builds[0]?.when?.source).toBe("false");
  });

  it.each([
    ["linux/amd64", ["linux/amd64"]],
    ["'{linux,darwin}/{amd64,arm64}'", ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"]],
    ["'linux/{amd64,arm/{6,7}}'", ["linux/amd64", "linux/arm/6", "linux/arm/7"]],
    ["'{linux/{386,amd64},windows/amd64}'", ["linux/386", "linux/amd64", "windows/amd64"]],
    ["'linux/*'", ["linux/*"]],
    ["'!windows/{arm64,386}'", ["!windows/arm64", "!windows/386"]],
    ["[linux/amd64, '!linux/386']", ["linux/amd64", "!linux/386"]],
  ])("multiplies targets out: %s", (written, patterns) => {
    const { builds } = read(`builds: [{ gcc: a, for: ${written} }]`);
    expect(builds[0]?.for?.map(({ pattern, without }) => `${without ? "!" : ""}${pattern}`)).toEqual(patterns);
  });

  it.each([
    "'{linux'",
    "'linux}'",
    "'{a,b}/{c'",
    "''",
    "'linux//amd64'",
    "'{linux,}/amd64'",
    "'{}'",
    "'a b'",
    "'linux,amd64'",
    "'{{ os }}'",
    `'${"{a,b}".repeat(40)}'`,
    "5",
  ])("refuses what is no target: %s", (written) => {
    expect(problemsIn(() => read(`builds: [{ gcc: a, for: ${written} }]`))).toHaveLength(1);
  });

  it("knows variables by names that can be variables", () => {
    expect(messages("builds: [{ gcc: a, env: { 'A-B': 1 } }]")).toEqual([
      'builds[0].env has a key that cannot be: "A-B"',
    ]);
  });
});

describe("rule 3: what goes in is `from`", () => {
  it.each([
    ["tool", [[undefined, "tool"]]],
    ["build:tool", [["build", "tool"]]],
    [
      "[tool, 'build:*', archive:x]",
      [
        [undefined, "tool"],
        ["build", "*"],
        ["archive", "x"],
      ],
    ],
    ["[]", []],
  ])("%s", (written, selectors) => {
    const { archives } = read(`archives: [{ from: ${written} }]`);
    expect(archives[0]?.from?.map(({ section, name }) => [section, name])).toEqual(selectors);
  });

  it.each(["'biuld:x'", "'a b'", "'build:a:b'", "''", "{ a: b }", "5"])("is no other thing: %s", (written) => {
    expect(problemsIn(() => read(`archives: [{ from: ${written} }]`))).toHaveLength(1);
  });
});

describe("rule 4: files are written the same everywhere", () => {
  const files = (text: string) => read(`release: { files: ${text} }`).release.files;

  it("by path, glob, artifact, text, link or folder", () => {
    expect(
      files(
        "[README*, { from: docs/**, to: docs, strip: true }, 'build:tool', { from: build:tool, to: bin/ }, { text: hi, to: a }, { link: a, to: b }, { dir: empty, mode: 0700 }]",
      ),
    ).toMatchObject([
      { source: "glob", from: { source: "README*" }, optional: false, render: false },
      { source: "glob", from: { source: "docs/**" }, to: { source: "docs" }, strip: true },
      { source: "artifact", from: { section: "build", name: "tool" } },
      { source: "artifact", from: { section: "build", name: "tool" }, to: { source: "bin/" } },
      { source: "text", text: { source: "hi" }, to: { source: "a" } },
      { source: "link", link: { source: "a" }, to: { source: "b" } },
      { source: "dir", dir: { source: "empty" }, mode: 0o700 },
    ]);
  });

  it("everywhere alike", () => {
    const entries =
      "[{ from: a, to: b, mode: 0644, owner: o, group: g, mtime: 1, strip: 2, render: true, optional: true }]";
    const { source, archives, release } = read(
      `source: { files: ${entries} }\narchives: [{ files: ${entries} }]\nrelease: { files: ${entries} }`,
    );
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "place" ? undefined : inner)));
    expect(plain(source[0]?.files)).toEqual(plain(release.files));
    expect(plain(archives[0]?.files)).toEqual(plain(release.files));
  });

  it.each([
    "[{ from: a, text: b }]",
    "[{ to: a }]",
    "[{}]",
    "[5]",
    "[{ from: a, strip: -1 }]",
    "[{ from: a, optional: maybe }]",
    "README.md",
  ])("in no other way: %s", (text) => {
    expect(problemsIn(() => read(`release: { files: ${text} }`))).toHaveLength(1);
  });
});

describe("rule 5: any value may differ by target", () => {
  it("by a map from targets to values", () => {
    const { builds, archives } = read(
      "builds: [{ gcc: a, flags: { default: -a, linux/arm64: [-b, -c] } }]\narchives: [{ format: { default: tar.gz, windows: [zip, tar.gz] } }]",
    );
    expect(builds[0]?.options).toMatchObject({
      flags: {
        default: [{ source: "-a" }],
        exact: [{ pattern: "linux/arm64", value: [{ source: "-b" }, { source: "-c" }] }],
      },
    });
    expect(archives[0]?.format).toEqual({
      default: ["tar.gz"],
      exact: [{ pattern: "windows", value: ["zip", "tar.gz"] }],
    });
  });

  it("and a pattern that can be no target is refused", () => {
    expect(messages("archives: [{ format: { default: tar.gz, widnows: zip } }]")).toEqual([
      'archives[0].format has a key that cannot be: "widnows"',
    ]);
    expect(messages("archives: [{ format: { linux/amd64/v1/x: zip } }]")).toHaveLength(1);
  });
});

describe("rule 6: secrets are only names", () => {
  it.each(["env:TOKEN", "file:release.key", "keychain:release", "run:pass show x"])("such as %s", (name) => {
    const [from = "", ...rest] = name.split(":");
    expect(read(`stores: { a: { folder: b, token: "${name}" } }`).stores["a"]?.options).toMatchObject({
      token: { from, name: rest.join(":") },
    });
  });

  it.each(["hunter2", "env:", "env:A-B", "ENV:A", "file:", "{ env: A }"])("and nothing else: %s", (name) => {
    expect(
      problemsIn(() => read(`stores: { a: { folder: b, token: ${name.startsWith("{") ? name : `"${name}"`} } }`)),
    ).toHaveLength(1);
  });
});

describe("stores and publish", () => {
  it("go to every store in order where nothing else is said", () => {
    expect(read("stores: { b: { folder: b }, a: { folder: a } }").publish.map(({ store }) => store)).toEqual([
      "b",
      "a",
    ]);
  });

  it("go where they are told, and only what they are told", () => {
    expect(
      read(
        "stores: { a: { folder: a } }\npublish: [{ store: a, only: [archives, checksums], when: '{{ isSnapshot }}' }]",
      ).publish,
    ).toMatchObject([{ store: "a", only: ["archives", "checksums"], when: { source: "{{ isSnapshot }}" } }]);
  });

  it("take every word that the plan knows under `only`, libraries too", () => {
    const [entry] = read(
      `stores: { a: { folder: a } }\npublish: [{ store: a, only: [${groupNames.join(", ")}] }]`,
    ).publish;
    expect(typesOf(entry?.only ?? [])).toHaveLength(groupNames.length);
    expect(groupNames).toContain("libraries");
  });

  it("know only stores that are there", () => {
    expect(problemsIn(() => read("stores: { site: { folder: a } }\npublish: [sit]"))).toMatchObject([
      { message: 'publish: no store is called "sit"', hint: 'did you mean "site"?', place: { line: 4, column: 11 } },
    ]);
  });
});
