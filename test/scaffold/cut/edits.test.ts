/** Which files of a project a cut changes, and what it says of those it cannot. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { kinds } from "../../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import type { Config } from "../../../src/model/config.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { versionEdits, versionInFiles } from "../../../src/scaffold/cut/edits.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-edits-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function project(files: Readonly<Record<string, string>>, more = ""): Config {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readSource(sourceOfText("slipway.yaml", `slipway: 1\nproject: { name: tool }\n${more}`), root, kinds);
}

async function edited(config: Config, current: string | undefined, version = "2.0.0"): Promise<readonly string[]> {
  return (await versionEdits(config, current, version)).map(({ file }) => file);
}

const manifest = (version: string, more = ""): string => `{"version":"${version}"${more}}`;

describe("found are", () => {
  test("those that hold the current version, beside builds, in charts and in workspaces, and no others", async () => {
    const config = project(
      {
        "package.json": manifest("1.0.0", ',"workspaces":["packages/*"]'),
        "packages/a/package.json": manifest("1.0.0"),
        "packages/b/package.json": manifest("0.3.0"),
        "other/package.json": manifest("1.0.0"),
        "rust/Cargo.toml":
          '[workspace]\nmembers = ["crates/*", "../../elsewhere"]\n[workspace.package]\nversion = "1.0.0"\n',
        "rust/crates/c/Cargo.toml": '[package]\nname = "c"\nversion.workspace = true\n',
        "rust/Cargo.lock": '[[package]]\nname = "c"\nversion = "1.0.0"\n',
        "deploy/chart/Chart.yaml": "name: x\nversion: 1.0.0\nappVersion: 1.0.0\n",
        "pyproject.toml": '[project]\nname = "p"\ndynamic = ["version"]\n',
        "src/p/__init__.py": '__version__ = "1.0.0"\n',
        VERSION: "v1.0.0\n",
      },
      "builds: [{ rust: c, dir: rust }]\ncharts: [deploy/chart]\n",
    );
    expect(await edited(config, "1.0.0")).toEqual([
      "package.json",
      "VERSION",
      "rust/Cargo.toml",
      "rust/Cargo.lock",
      "packages/a/package.json",
      "src/p/__init__.py",
      "deploy/chart/Chart.yaml",
    ]);
  });

  test("not those that hold the new version already", async () => {
    expect(await edited(project({ "package.json": manifest("2.0.0"), VERSION: "1.0.0\n" }), "1.0.0")).toEqual([
      "VERSION",
    ]);
  });

  test("the file that the version comes from, whatever it holds", async () => {
    const config = project({ "release.txt": "0.5.0\n" }, "version: { from: file:./release.txt }\n");
    expect(await edited(config, "1.0.0")).toEqual(["release.txt"]);
    expect((await versionInFiles(config))?.text).toBe("0.5.0");
  });

  test("none, where no file holds a version", async () => {
    const config = project({ "go.mod": "module x\n" });
    expect(await edited(config, "1.0.0")).toEqual([]);
    expect(await versionInFiles(config)).toBeUndefined();
  });
});

test("files of the config are all looked at: what is wrong with the first hides nothing of the second", async () => {
  const config = project(
    { "a.md": "tool x\n", "b.json": "{}", "c.json": manifest("9.0.0") },
    "cut: { files: [{ file: a.md, pattern: 'tool (\\d+)' }, b.json, c.json] }\n",
  );
  const thrown: unknown = await versionEdits(config, "1.0.0", "2.0.0").catch((problems: unknown) => problems);
  expect(problemsOf(thrown)?.map(({ code, message, place }) => [code, message.split(":")[0], place?.line])).toEqual([
    ["plan.empty", "a.md", 3],
    ["plan.empty", "b.json", 3],
  ]);
});

test.each([
  [
    "a file that is not there, and another",
    "cut: { files: [nowhere.json, gone.json] }\n",
    ["file.missing", "file.missing"],
  ],
  [
    "a file that is named twice",
    "cut: { files: [{ file: c.md, pattern: '(1)' }, { file: c.md, pattern: 'v(1)' }] }\n",
    ["config.invalid"],
  ],
])("%s is told", async (_, more, codes) => {
  const config = project({ "c.md": "v1\n" }, more);
  const thrown: unknown = await versionEdits(config, "1.0.0", "2.0.0").catch((problems: unknown) => problems);
  expect(problemsOf(thrown)?.map(({ code }) => code)).toEqual(codes);
});

test.each(["/etc/passwd", "../x", "a/../../x"])("a file outside of the project is none: %s", (file) => {
  expect(() => project({}, `cut: { files: [${file}] }\n`)).toThrow(expect.objectContaining({ code: "config.invalid" }));
});

test.each(["no group", "(two) (groups)", "(unclosed"])("a pattern has one group: %s", (pattern) => {
  expect(() => project({}, `cut: { files: [{ file: x, pattern: "${pattern}" }] }\n`)).toThrow(
    expect.objectContaining({ code: "config.invalid" }),
  );
});
