/** With --json every command prints one JSON value with the fields docs/command-line.md names, whether it succeeds or not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";

const { project, run, home, cache } = shell();
const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
const count = expect.any(Number) as number;

/** Runs a command with --json; nothing but the value may stand on stdout. */
async function json(folder: string, ...args: readonly string[]): Promise<{ code: number | null; value: unknown }> {
  const { code, stdout, stderr } = await run(folder, ...args, "--json");
  expect(stderr).toBe("");
  return { code, value: JSON.parse(stdout) as unknown };
}

test("check, plan, build, release, publish, verify, cache", async () => {
  const folder = project(toolFiles());
  expect(await json(folder, "check")).toEqual({
    code: 0,
    value: { ok: true, version: "1.0.0", steps: 5, asSnapshot: false, skipped: [] },
  });
  expect(await json(folder, "plan")).toMatchObject({
    code: 0,
    value: { slipway: 1, project: "tool", version: "1.0.0", tag: "v1.0.0", isSnapshot: false },
  });
  expect(await json(folder, "build", "--target", "linux/amd64")).toEqual({
    code: 0,
    value: [
      {
        name: "tool",
        path: join(folder, "dist", "builds", "tool", "linux", "amd64", "tool"),
        digest,
        size: count,
        target: "linux/amd64",
      },
    ],
  });

  const names = [
    "tool_linux_amd64.tar.gz",
    "tool_windows_amd64.zip",
    "notes.md",
    "index.json",
    "checksums.txt",
    "release.json",
  ];
  const stores = (outcome: string): object[] => [
    {
      store: "site",
      where: `folder ${join(folder, "public")}`,
      outcome,
      receipts: expect.arrayContaining(
        names.flatMap((name) => ["put", "point"].map((act) => ({ act, name, digest, outcome, why: "" }))),
      ) as object[],
      problems: [],
    },
  ];
  const released = await json(folder, "release");
  expect(released).toEqual({
    code: 0,
    value: {
      project: "tool",
      version: "1.0.0",
      folder: join("dist", "1.0.0"),
      artifacts: expect.arrayContaining(
        names.map((name) => expect.objectContaining({ name, digest, size: count }) as object),
      ) as object[],
      published: { product: "tool", version: "1.0.0", stores: stores("done") },
    },
  });
  expect(released.value).toMatchObject({
    artifacts: expect.arrayContaining([
      { name: names[0], type: "archive", digest, size: count, target: "linux/amd64" },
      { name: "release.json", type: "release", digest, size: count },
    ]) as object[],
  });
  expect(await json(folder, "publish", "dist/1.0.0")).toEqual({
    code: 0,
    value: { product: "tool", version: "1.0.0", stores: stores("already") },
  });
  expect(await json(folder, "verify", "dist/1.0.0")).toEqual({
    code: 0,
    value: {
      target: "dist/1.0.0",
      signedBy: [],
      outcome: "verified",
      release: {
        product: "tool",
        version: "1.0.0",
        tag: "v1.0.0",
        commit: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      },
      checks: expect.arrayContaining([
        { check: "release", subject: "release.json", outcome: "ok", detail: expect.any(String) as string },
      ]) as object[],
      files: names.length,
      bytes: count,
    },
  });

  const part = { bytes: count, files: count };
  expect(await json(folder, "cache")).toEqual({
    code: 0,
    value: { folder: cache, ...part, parts: { blobs: part, derived: part, steps: part } },
  });
  expect(await json(folder, "cache", "prune")).toEqual({ code: 0, value: part });
  expect(await json(folder, "cache")).toMatchObject({ value: { bytes: 0, files: 0 } });
});

test("init and version", async () => {
  const folder = project({
    "go.mod": "module example.com/tool\n\ngo 1.22\n",
    "main.go": "package main\n\nfunc main() {}\n",
  });
  expect(await json(folder, "init")).toEqual({
    code: 0,
    value: {
      path: join(folder, "slipway.yaml"),
      programs: [{ kind: "go", name: "tool" }],
      gitignore: expect.any(String) as string,
    },
  });
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8")) as {
    version: string;
  };
  expect(await json(folder, "version")).toEqual({
    code: 0,
    value: { version, node: process.versions.node, platform: `${process.platform}/${process.arch}` },
  });
});

test("every problem with its place, also of commands that fail", async () => {
  const broken = project(toolFiles({ "slipway.yaml": `${toolConfig}nonsense: 1\nrelese: {}\n` }));
  expect(await json(broken, "release")).toEqual({
    code: 1,
    value: {
      problems: [
        expect.objectContaining({ code: "config.unknown-key", line: 16, column: 1 }) as object,
        {
          code: "config.unknown-key",
          message: expect.any(String) as string,
          file: "slipway.yaml",
          line: 17,
          column: 1,
          expected: expect.any(String) as string,
          hint: 'did you mean "release"?',
        },
      ],
    },
  });
  const failing = project(toolFiles({ "build.sh": "echo why >&2; exit 9\n" }));
  expect(await json(failing, "build", "--target", "host")).toMatchObject({
    code: 1,
    value: { problems: [{ code: "step.failed", file: "slipway.yaml", line: 4, column: 5, lines: ["why"] }] },
  });
  expect(await json(home, "check")).toMatchObject({ code: 1, value: { problems: [{ code: "config.missing" }] } });
  expect(await json(failing, "verify", "nowhere")).toMatchObject({
    code: 2,
    value: { outcome: "unavailable", checks: [{ check: "release", outcome: "unavailable" }], files: 0, bytes: 0 },
  });
});
