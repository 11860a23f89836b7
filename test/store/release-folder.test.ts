/** A release's folder appears whole, and whatever goes wrong leaves the release that was there. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import { writeReleaseFolder, type WriteReleaseRequest } from "../../src/store/release-folder.ts";
import { smallDisk } from "../setup/disks.ts";
import { artifact, sourceOf } from "./artifacts.ts";
import { releaseOf, replaceBy } from "./children/write-release.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-release-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fresh = (): string => mkdtempSync(join(root, "d-"));
const tool = artifact("tool", "program", { type: "binary", platform: { os: "linux", arch: "arm", variant: "7" } });
const notes = artifact("notes.md", "notes");
const statement = artifact("release.json", "statement");
const all: readonly Artifact[] = [tool, notes, statement];

function write(folder: string, more: Partial<WriteReleaseRequest> = {}): Promise<"done" | "already"> {
  const from = sourceOf("program", "notes", "statement", "other notes");
  return writeReleaseFolder({ folder, layout: "flat", artifacts: all, from, existing: "refuse", ...more });
}

/** Paths beneath a folder with their text. */
function contents(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

describe("a new folder", () => {
  test("holds every artifact under its name and nothing else, nor does anything lie beside it", async () => {
    const dist = join(fresh(), "dist");
    expect(await write(join(dist, "1.0.0"))).toBe("done");
    expect(contents(join(dist, "1.0.0"))).toEqual({
      tool: "program",
      "notes.md": "notes",
      "release.json": "statement",
    });
    expect(readdirSync(dist)).toEqual(["1.0.0"]);
  });

  test("has a folder per platform where that is wanted", async () => {
    const folder = join(fresh(), "1.0.0");
    await write(folder, { layout: "by-platform" });
    expect(Object.keys(contents(folder)).toSorted()).toEqual(["linux-arm-7/tool", "notes.md", "release.json"]);
  });

  test("has modes that do not depend on the umask", async () => {
    const folder = join(fresh(), "1.0.0");
    const umask = process.umask(0o077);
    await write(folder, { layout: "by-platform" }).finally(() => process.umask(umask));
    const mode = (path: string): string => (statSync(join(folder, path)).mode & 0o777).toString(8);
    expect(["linux-arm-7/tool", "notes.md", ".", "linux-arm-7"].map(mode)).toEqual(["755", "644", "755", "755"]);
  });

  test("is not there when a source's bytes are wrong", async () => {
    const dist = fresh();
    const from = { async *open() { yield Buffer.from("wrong"); } }; // prettier-ignore
    await expect(write(join(dist, "1.0.0"), { from, artifacts: [statement] })).rejects.toMatchObject({
      code: "verify.mismatch",
    });
    expect(readdirSync(dist)).toEqual([]);
  });
});

describe("a folder that holds a release", () => {
  test("is left alone when it is the same release, and nothing is read from the source", async () => {
    const folder = join(fresh(), "1.0.0");
    await write(folder);
    const from = sourceOf();
    expect(await write(folder, { from })).toBe("already");
    expect(from.opened).toEqual([]);
  });

  test.each([
    ["a changed file", (folder: string) => writeFileSync(join(folder, "notes.md"), "NOTES")],
    ["a missing file", (folder: string) => rmSync(join(folder, "notes.md"))],
    ["a file more", (folder: string) => writeFileSync(join(folder, "more"), "")],
  ])("is refused when it has %s, and stays as it is; with `replace` it is made whole", async (_, change) => {
    const folder = join(fresh(), "1.0.0");
    await write(folder);
    change(folder);
    const before = contents(folder);
    await expect(write(folder)).rejects.toMatchObject({
      code: "release.exists",
      hint: expect.stringContaining("--clean") as string,
    });
    expect(contents(folder)).toEqual(before);
    expect(await write(folder, { existing: "replace" })).toBe("done");
    expect(Object.keys(contents(folder)).toSorted()).toEqual(["notes.md", "release.json", "tool"]);
    expect(readdirSync(join(folder, ".."))).toEqual(["1.0.0"]);
  });

  test("is never replaced when its files belong to no release, which protects a folder named by mistake", async () => {
    const folder = join(fresh(), "src");
    mkdirSync(folder);
    writeFileSync(join(folder, "main.go"), "package main");
    await expect(write(folder, { existing: "replace" })).rejects.toMatchObject({
      code: "release.exists",
      message: expect.stringContaining("main.go") as string,
    });
    expect(contents(folder)).toEqual({ "main.go": "package main" });
  });

  test("an empty folder is no obstacle", async () => {
    const folder = join(fresh(), "1.0.0");
    mkdirSync(folder);
    expect(await write(folder)).toBe("done");
  });
});

describe("disks that refuse", () => {
  test("a full disk is named, the earlier release stays, and nothing is left behind", async (context) => {
    const disk = smallDisk("256k");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    try {
      const folder = join(disk.path, "1.0.0");
      await write(folder);
      const before = contents(folder);
      const large = "x".repeat(300_000);
      const bigger = write(folder, {
        artifacts: [artifact("big", large), statement],
        from: sourceOf(large, "statement"),
        existing: "replace",
      });
      await expect(bigger).rejects.toMatchObject({
        code: "disk.full",
        message: expect.stringContaining(disk.path) as string,
      });
      expect(contents(folder)).toEqual(before);
      expect(readdirSync(disk.path)).toEqual(["1.0.0"]);
    } finally {
      disk.remove();
    }
  });

  test("a read-only disk is named, and the earlier release stays", async (context) => {
    const disk = smallDisk("256k");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    try {
      const folder = join(disk.path, "dist", "1.0.0");
      await write(folder);
      const before = contents(folder);
      disk.makeReadOnly();
      const changed = {
        artifacts: [tool, artifact("notes.md", "other notes"), statement],
        existing: "replace",
      } as const;
      await expect(write(folder, changed)).rejects.toMatchObject({
        code: "file.denied",
        message: expect.stringContaining(join(disk.path, "dist")) as string,
      });
      await expect(write(join(disk.path, "new", "2.0.0"))).rejects.toMatchObject({ code: "file.denied" });
      expect(contents(folder)).toEqual(before);
    } finally {
      disk.remove();
    }
  });

  test("a folder without permission is named, and the earlier release stays", async (context) => {
    if (process.getuid?.() === 0) return context.skip("skipped: root may write everywhere");
    const dist = fresh();
    await write(join(dist, "1.0.0"));
    chmodSync(dist, 0o500);
    await expect(write(join(dist, "2.0.0"))).rejects.toMatchObject({ code: "file.denied" });
    expect(existsSync(join(dist, "1.0.0", "release.json"))).toBe(true);
    chmodSync(dist, 0o700);
  });
});

test("killed at any moment while one release replaces another, one of the two is there whole, at the latest after the next run", async () => {
  const dist = fresh();
  const folder = join(dist, "1.0.0");
  const program = join(import.meta.dirname, "children", "write-release.ts");
  const versions = ["version-0", "version-1"].map((version) => releaseOf(version).texts.join(""));
  let leftovers = 0;
  for (let round = 0; round < 12; round += 1) {
    const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 7 * round));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    leftovers += readdirSync(dist).filter((name) => name.startsWith(".")).length;
    if (existsSync(folder)) {
      const found = contents(folder);
      const names = Object.keys(found).toSorted();
      expect(versions).toContain(names.map((name) => found[name]).join(""));
    }
    expect(existsSync(folder) || readdirSync(dist).some((name) => name.endsWith(".aside"))).toBe(true);
  }
  expect(leftovers).toBeGreaterThan(0);
  await replaceBy(folder, "version-0");
  expect(readdirSync(dist)).toEqual(["1.0.0"]);
  expect(Object.values(contents(folder)).toSorted()).toEqual(releaseOf("version-0").texts.toSorted());
}, 60_000);

test("a release that was put aside by a killed run is put back by the next, even when that one is refused", async () => {
  const dist = fresh();
  const folder = join(dist, "1.0.0");
  await write(folder);
  const ended = spawn(process.execPath, ["-e", "0"]);
  await new Promise((resolve) => ended.once("exit", resolve));
  const [, machine = ""] = /\.([0-9a-f]{8})-/.exec(await nameOfPartial(fresh())) ?? [];
  const { renameSync } = await import("node:fs");
  renameSync(folder, join(dist, `.1.0.0.${machine}-${ended.pid}-${"a".repeat(12)}.aside`));
  await expect(write(folder, { artifacts: [tool, statement] })).rejects.toMatchObject({ code: "release.exists" });
  expect(contents(folder)).toEqual({ tool: "program", "notes.md": "notes", "release.json": "statement" });
  expect(readdirSync(dist)).toEqual(["1.0.0"]);
});

/** What the folder is called while it is written. */
async function nameOfPartial(dist: string): Promise<string> {
  let seen = "";
  const from: WriteReleaseRequest["from"] = {
    async *open({ name }) {
      seen ||= readdirSync(dist).join();
      yield Buffer.from({ tool: "program", "notes.md": "notes", "release.json": "statement" }[name] ?? "");
    },
  };
  await write(join(dist, "1.0.0"), { from });
  return seen;
}

test("of two runs that write the same release at once, both end well", async () => {
  for (let count = 0; count < 10; count += 1) {
    const dist = fresh();
    const both = await Promise.all([write(join(dist, "1.0.0")), write(join(dist, "1.0.0"))]);
    expect(both.toSorted()).toEqual(["already", "done"]);
    expect(readdirSync(dist)).toEqual(["1.0.0"]);
  }
});
