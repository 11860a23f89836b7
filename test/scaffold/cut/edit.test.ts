/** A version is changed where it stands, in every form of file, and every other byte stays. */
import { describe, expect, test } from "vitest";

import { editFile } from "../../../src/scaffold/cut/edit.ts";
import { formOf } from "../../../src/scaffold/cut/forms.ts";
import type { About } from "../../../src/scaffold/cut/spot.ts";
import { patternForm } from "../../../src/scaffold/cut/text.ts";

const about: About = { versions: new Set(["1.0.0"]), names: new Set(["tool", "core"]), folders: ["", "packages/a"] };

function edited(file: string, text: string, pattern?: string): string {
  const form = pattern === undefined ? formOf(file) : patternForm(pattern);
  return editFile({ file, text, form, about, version: "2.0.0-rc.1", place: undefined }).after;
}

/** Texts in which `<...>` marks what is to change. */
const examples: readonly (readonly [title: string, file: string, text: string])[] = [
  [
    "package.json, whatever its layout",
    "package.json",
    '{\r\n\t"name" : "version",\n "version"\t: "<1.0.0>", "z": []}',
  ],
  ["a key that is written with escapes", "package.json", '{"a\\"b":{"version":"1.0.0"},"versio\\u006e":"<1.0.0>"}'],
  [
    "no version further down",
    "a/package.json",
    '{"x":[{"version":"1.0.0"}],"version":"<1.0.0>","y":{"version":"1.0.0"}}',
  ],
  ["a byte order mark", "manifest.json", '\uFEFF{"version":"<1.0.0>"}'],
  [
    "package-lock.json, the project's own entries",
    "package-lock.json",
    '{"version":"<1.0.0>","lockfileVersion":3,"packages":{"":{"version":"<1.0.0>"},"packages/a":{"version":"<1.0.0>"},"node_modules/x":{"version":"1.0.0"}}}',
  ],
  [
    "pyproject.toml",
    "pyproject.toml",
    '# version = "1.0.0"\r\n[build-system]\nversion = "1.0.0"\n[project]\nname = \'tool\'\ndescription = """\nversion = "1.0.0"\n"""\nversion = \'<1.0.0>\' # mine\n[tool.other]\nversion = "1.0.0"\n',
  ],
  [
    "Poetry's",
    "pyproject.toml",
    '[tool.poetry]\nversion   =   "<1.0.0>"\n[tool.poetry.dependencies]\nx = { version = "1.0.0" }\n',
  ],
  ["dotted keys", "pyproject.toml", 'project.name = "tool"\nproject . version = "<1.0.0>"\n'],
  [
    "Cargo.toml, and own packages that are depended on by path and version",
    "Cargo.toml",
    '[package]\nname = "tool"\nversion = "<1.0.0>"\n[dependencies]\ncore = { path = "../core", version = "<1.0.0>" }\nserde = "1.0.0"\nother = { path = "x", version = "1.0.0" }\nrand = { version = "1.0.0" }\n[target.\'cfg(unix)\'.dependencies.core]\npath = "../core"\nversion = "<1.0.0>"\n',
  ],
  [
    "a workspace",
    "Cargo.toml",
    '[workspace]\nmembers = [\n  "a", # version = "1"\n]\n[workspace.package]\nversion = "<1.0.0>"\n',
  ],
  [
    "Cargo.lock, the project's own entries",
    "Cargo.lock",
    'version = 4\n\n[[package]]\nname = "core"\nversion = "<1.0.0>"\n\n[[package]]\nname = "tool"\nversion = "1.0.0"\nsource = "registry+https://x"\n\n[[package]]\nname = "zed"\nversion = "1.0.0"\n',
  ],
  [
    "uv.lock",
    "uv.lock",
    '[[package]]\nname = "tool"\nversion = "<1.0.0>"\nsource = { editable = "." }\n[[package]]\nname = "core"\nversion = "1.0.0"\nsource = { registry = "https://pypi.org/simple" }\n',
  ],
  [
    "Chart.yaml, with an application of the same version",
    "charts/x/Chart.yaml",
    'apiVersion: v2\nname: x\nversion: <1.0.0> # chart\nappVersion: "<v1.0.0>"\ndependencies:\n  - version: 1.0.0\n',
  ],
  ["Chart.yaml of another's application", "Chart.yaml", "version: '<1.0.0>'\r\nappVersion: \"16.2\"\r\n"],
  ["__init__.py", "tool/__init__.py", '"""Tool 1.0.0."""\n__version__: str = \'<1.0.0>\'\n    __version__ = "1.0.0"\n'],
  ["VERSION", "VERSION", "<v1.0.0>\n"],
];

describe("the version changes, and nothing else, in", () => {
  test.each(examples)("%s", (_, file, text) => {
    const before = text.replaceAll(/<(v?1\.0\.0)>/g, "$1");
    const after = text.replaceAll(/<(v?)1\.0\.0>/g, "$12.0.0-rc.1");
    expect(after).not.toBe(before);
    expect(edited(file, before)).toBe(after);
  });

  test("any text, wherever a pattern finds it", () => {
    const text = "tool 1.0.0\r\nsince 0.9.0: get tool 1.0.0 here\n";
    expect(edited("docs/install.md", text, String.raw`tool (\d+\.\d+\.\d+)`)).toBe(
      text.replaceAll("1.0.0", "2.0.0-rc.1"),
    );
  });
});

describe("refused is", () => {
  test.each([
    ["a file that holds no version", "package.json", '{"name":"x"}', "plan.empty"],
    ["a version that is none of the project's", "pyproject.toml", '[tool.x]\nversion = "1.0.0"\n', "plan.empty"],
    ["a text that says more than its version", "VERSION", "1.0.0 or so\n", "plan.empty"],
    ["what is not JSON", "package.json", '{"version":"1.0.0",}', "format.invalid"],
    ["what is not TOML", "Cargo.toml", '[package]\nversion = "1.0.0"\nversion = "1.0.0"\n', "format.invalid"],
    ["what is not YAML", "Chart.yaml", "version: 1.0.0\n- x\n", "format.invalid"],
    [
      "an edit that its form would read as another change",
      "Cargo.toml",
      "a = [\n'''\n[package]\nversion = \"1.0.0\"\n''']\n",
      "format.invalid",
    ],
  ])("%s", (_, file, text, code) => {
    expect(() => edited(file, text)).toThrow(expect.objectContaining({ code }));
  });
});
