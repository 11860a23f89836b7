/** Closing a Release: what is listed, that lists follow from it, and that nothing depends on the order of making. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { readIndex } from "../../src/format/release-index.ts";
import { readRelease } from "../../src/format/release.ts";
import { closeRelease } from "../../src/make/close.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { makeRelease, plan, render, sign } from "../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-close-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const fresh = (): string => mkdtempSync(join(home, "h-"));
const names = (artifacts: readonly Artifact[]): string[] => artifacts.map(({ name }) => name);

async function inFolder(
  ...options: Parameters<typeof makeRelease>
): Promise<{ folder: string; artifacts: readonly Artifact[] }> {
  const made = await makeRelease(...options);
  const folder = join(options[0], "dist", "1.2.3");
  await made.write(folder);
  return { folder, artifacts: made.artifacts };
}

describe("a closed Release", () => {
  test("lists all that is listed, each with its digest, platform and programs, and is listed last itself", async () => {
    const { folder, artifacts } = await inFolder(fresh());
    expect(names(artifacts).at(-1)).toBe("release.json");
    expect(names(artifacts).toSorted()).toEqual(readdirSync(folder).toSorted());
    const release = readRelease(readFileSync(join(folder, "release.json"), "utf8"), "release.json");
    expect(release).toMatchObject({
      product: "tool",
      version: "1.2.3",
      tag: "v1.2.3",
      channel: "stable",
      commit: plan.commit,
      epoch: plan.epoch,
    });
    expect(release.artifacts.map(({ name }) => name)).toEqual(
      names(artifacts)
        .filter((name) => name !== "release.json")
        .toSorted(),
    );
    const zip = release.artifacts.find(({ name }) => name === "tool_windows_amd64.zip");
    expect(zip).toMatchObject({ type: "archive", platform: "windows/amd64", attributes: { format: "zip" } });
    const inside = execFileSync("unzip", ["-p", join(folder, "tool_windows_amd64.zip"), "tool"]);
    writeFileSync(join(home, "tool"), inside);
    const [sum] = execFileSync("sha256sum", [join(home, "tool")], { encoding: "utf8" }).split(" ");
    expect(zip?.binaries).toEqual([{ path: "tool", sha256: sum }]);
  });

  test("refs what it lists: the Release everything, lists what they cover", async () => {
    const { artifacts } = await inFolder(fresh());
    const byName = new Map(artifacts.map((artifact) => [artifact.name, artifact]));
    const digests = (...without: readonly string[]): string[] =>
      artifacts.filter(({ name }) => !without.includes(name)).map(({ digest }) => digest);
    expect(byName.get("release.json")?.refs).toEqual(digests("release.json"));
    expect(byName.get("checksums.txt")?.refs.toSorted()).toEqual(
      digests("release.json", "checksums.txt", "notes.md").toSorted(),
    );
  });

  test("has a checksums file that sha256sum accepts and that covers every download", async () => {
    const { folder } = await inFolder(fresh());
    const said = execFileSync("sha256sum", ["--strict", "-c", "checksums.txt"], { cwd: folder, encoding: "utf8" });
    const covered = said
      .trim()
      .split("\n")
      .map((line) => line.replace(/: OK$/, ""));
    expect(covered.toSorted()).toEqual(
      readdirSync(folder)
        .filter((name) => !["notes.md", "checksums.txt", "release.json"].includes(name))
        .toSorted(),
    );
  });

  test("has an index by platform", async () => {
    const { folder } = await inFolder(fresh());
    const index = readIndex(readFileSync(join(folder, "index.json"), "utf8"), "index.json");
    expect(Object.keys(index.platforms).toSorted()).toEqual([
      "darwin-amd64",
      "darwin-arm64",
      "freebsd-amd64",
      "linux-amd64",
      "linux-arm-7",
      "linux-arm64",
      "windows-amd64",
    ]);
    expect(index.platforms["darwin-arm64"]?.[0]).toMatchObject({
      name: "tool_darwin_arm64",
      binaries: [{ path: "tool_darwin_arm64" }],
    });
  });
});

test.each([
  ["sha512", "sha512sum"],
  ["blake2b", "b2sum"],
  ["md5", "md5sum"],
])("checksums by %s are those of %s", async (algorithm, program) => {
  const { folder } = await inFolder(fresh(), {
    checksums: [{ name: `${algorithm}.txt`, algorithm, split: false }],
    formats: ["zip"],
  });
  const said = execFileSync(program, ["--strict", "-c", `${algorithm}.txt`], { cwd: folder, encoding: "utf8" });
  expect(said.trim().split("\n").length).toBe(3);
});

test("split checksums are a file per download, named by the template, each vouching for its artifact", async () => {
  const { folder, artifacts } = await inFolder(fresh(), {
    checksums: [{ name: { late: "{{ artifact.name }}.{{ algorithm }}", with: {} }, algorithm: "sha256", split: true }],
    formats: ["zip", "tar.gz"],
  });
  const lists = artifacts.filter(({ type }) => type === "checksums");
  expect(names(lists).toSorted()).toEqual(
    ["index.json", "install.sh", "tool_linux_amd64.tar.gz", "tool_windows_amd64.zip"].map((name) => `${name}.sha256`),
  );
  for (const { name, subject } of lists) {
    expect(artifacts.find(({ digest }) => digest === subject)?.name).toBe(name.replace(/\.sha256$/, ""));
    execFileSync("sha256sum", ["--strict", "-c", name], { cwd: folder });
  }
});

test("lists are left out where the Plan has none", async () => {
  const { artifacts } = await inFolder(fresh(), { checksums: [], index: "", formats: ["zip"] });
  expect(names(artifacts).toSorted()).toEqual(["install.sh", "notes.md", "release.json", "tool_windows_amd64.zip"]);
});

test("the order in which things were made changes no byte", async () => {
  const { cache, made, plan: decided, artifacts } = await makeRelease(fresh());
  const reversed = new Map([...made].toReversed());
  const again = await closeRelease({ plan: decided, made: reversed, cache, render, sign });
  const digests = (all: readonly Artifact[]): string[] => all.map(({ name, digest }) => `${name} ${digest}`).toSorted();
  expect(digests(again)).toEqual(digests(artifacts));
});

describe("names that cannot be", () => {
  const closing = async (name: string, more: object = {}): Promise<unknown> => {
    const { cache, made, plan: decided } = await makeRelease(fresh(), { formats: ["zip"] });
    const [file] = made.get("file/0") ?? [];
    if (file === undefined) throw new Error("no file");
    return closeRelease({
      plan: decided,
      made: new Map([...made, ["file/1", [{ ...file, name, ...more }]]]),
      cache,
      render,
      sign,
    });
  };

  test.each(["install.sh", "INSTALL.SH", "checksums.txt", "release.json", "Index.json"])(
    "%s collides and is refused",
    async (name) => {
      await expect(closing(name)).rejects.toMatchObject({
        code: "plan.collision",
        message: expect.stringMatching(new RegExp(`would be called "${name}"`, "i")) as string,
      });
    },
  );

  test.each(["a/b", "..", "a\nb", ""])("%j is refused", async (name) => {
    await expect(closing(name)).rejects.toMatchObject({ code: "plan.invalid" });
  });
});

test("digests that were taken once are remembered, and what is remembered wrongly is taken again", async () => {
  const folder = fresh();
  const checksums = [{ name: "SHA512SUMS", algorithm: "sha512", split: false }];
  const { cache, made, plan: decided, artifacts } = await makeRelease(folder, { formats: ["zip"], checksums });
  const read: string[] = [];
  const watched = { ...cache, open: (one: Parameters<typeof cache.open>[0]) => (read.push(one.name), cache.open(one)) };
  await closeRelease({ plan: decided, made, cache: watched, render, sign });
  expect(read).toEqual([]);
  const steps = join(folder, "cache", "steps");
  for (const name of readdirSync(steps)) writeFileSync(join(steps, name), '[{"sha512":"00"}]');
  const again = await closeRelease({ plan: decided, made, cache: watched, render, sign });
  expect(read.toSorted()).toEqual(["install.sh", "notes.md", "tool_windows_amd64.zip"]);
  expect(again).toEqual(artifacts);
});
