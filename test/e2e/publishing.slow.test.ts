/** A release on its way through places, by the command line: checked, staged, published, asked for, watched, mirrored, taken back. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Site, startSite } from "../servers/site.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, fresh, env: cached } = shell();
const env = { ...cached, SLIPWAY_STATE: fresh() };
const folder = project(
  toolFiles({
    "slipway.yaml": toolConfig
      .replace("folder: public", 'folder: "public/{{ version }}" }\n  far: { folder: "out/far"')
      .replace("publish: [site]", "publish: [site, { store: far, only: [archives, checksums] }]"),
  }),
);
const run = (...args: readonly string[]) => slipway(args, { cwd: folder, env });
const json = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly data: Data }> => {
  const { code, stdout } = await run(...args, "--json");
  return { code, data: JSON.parse(stdout) as Data };
};
interface Data {
  readonly live?: readonly { readonly store: string; readonly answers: readonly { readonly what: string }[] }[];
  readonly stores?: readonly { readonly outcome: string }[];
  readonly places?: readonly {
    readonly state?: string;
    readonly outcome?: string;
    readonly there?: number;
    readonly changes?: readonly { readonly name: string }[];
  }[];
  readonly problems?: readonly { readonly code: string }[];
}
const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: folder, env });
const site = join(folder, "public", "1.0.0");
const archive = "tool_linux_amd64.tar.gz";

beforeAll(async () => {
  expect(await run("release", "--quiet", "--skip", "publish")).toMatchObject({ code: 0, stderr: "" });
});

describe("before it is published", () => {
  test("every place answers, and the plan says what goes where", async () => {
    const { code, data } = await json("check", "--live");
    expect(code).toBe(0);
    expect(data.live?.map(({ store, answers }) => [store, ...answers.map(({ what }) => what)])).toEqual([
      ["site", "place", "names", "quota"],
      ["far", "place", "names", "quota"],
    ]);
    const { stdout } = await run("plan");
    expect(stdout).toMatch(/publish 1\. site \(folder: public\/1\.0\.0\)\n {2}everything: \d+ artifacts/);
    expect(stdout).toMatch(/publish 2\. far .* only archive, checksums\n {2}tool_linux_amd64\.tar\.gz, /);
  });

  test("a place that would refuse it fails the check", async () => {
    mkdirSync(join(folder, "out"), { recursive: true });
    writeFileSync(join(folder, "out", "far"), "a file in the way");
    const { code, stdout, stderr } = await run("check", "--live");
    rmSync(join(folder, "out", "far"));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^far +place +failed +/m);
    expect(stderr).toContain("a file stands where a folder is needed");
  });

  test("a release that is not whole goes nowhere; nothing is sent where that is seen without reading it", async () => {
    const path = join(folder, "dist", "1.0.0", "notes.md");
    const whole = readFileSync(path);
    rmSync(path);
    const missing = await run("publish");
    expect([missing.code, existsSync(join(folder, "public"))]).toEqual([1, false]);
    expect(missing.stderr).toContain("notes.md: it is missing");
    writeFileSync(
      path,
      whole.map((byte) => byte ^ 1),
    );
    // This place does not take it, so that nobody reads it on its way.
    const changed = await run("publish", "--to", "far");
    expect([changed.code, readdirSync(join(folder, "out", "far"))]).toEqual([1, []]);
    expect(changed.stderr).toContain("notes.md: sha256 ");
    writeFileSync(path, whole);
  });

  test("status says that it is nowhere, staging shows nothing", async () => {
    expect((await json("status")).data.places?.map(({ state }) => state)).toEqual(["absent", "absent"]);
    const { code, data } = await json("publish", "--stage");
    expect({ code, outcomes: data.stores?.map(({ outcome }) => outcome) }).toEqual({
      code: 0,
      outcomes: ["staged", "staged"],
    });
    expect(readdirSync(site)).toEqual([]);
  });
});

describe("published", () => {
  beforeAll(async () => {
    expect(await run("publish", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("again is only reading, and takes no time", async () => {
    const began = performance.now();
    const { code, data } = await json("publish");
    expect({ code, outcomes: data.stores?.map(({ outcome }) => outcome) }).toEqual({
      code: 0,
      outcomes: ["already", "already"],
    });
    expect(performance.now() - began).toBeLessThan(20_000); // with a start of the program on a busy machine
  });

  test.each([
    ["by its tag", "v1.0.0"],
    ["by its folder", "dist/1.0.0"],
  ])("status finds it %s", async (_, what) => {
    const { code, data } = await json("status", what);
    expect({ code, states: data.places?.map(({ state }) => state) }).toEqual({
      code: 0,
      states: ["published", "published"],
    });
  });

  test("status finds it where it was not made, by what a place shows; and says what was taken away", async () => {
    renameSync(join(folder, "dist"), join(folder, "out", "dist"));
    const unmade = await json("status", "1.0.0");
    expect({ code: unmade.code, states: unmade.data.places?.map(({ state }) => state) }).toEqual({
      code: 0,
      states: ["published", "published"],
    });
    git("commit", "-q", "--allow-empty", "-m", "later");
    const later = await json("status", "v1.0.0");
    git("reset", "-q", "--hard", "v1.0.0");
    expect({ code: later.code, states: later.data.places?.map(({ state }) => state) }).toEqual({
      code: 0,
      states: ["published", "published"],
    });
    renameSync(join(folder, "out", "dist"), join(folder, "dist"));
    rmSync(join(folder, "out", "far", archive));
    const { code, stdout } = await run("status", "1.0.0");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^far +folder +folder \S*out\/far +partial +2 of 3 files .*tool_linux_amd64\.tar\.gz not there$/m,
    );
    expect(await run("publish", "--quiet")).toMatchObject({ code: 0 });
  });

  test("what no version here is called is said", async () => {
    const unknown = await run("status", "7.7.7");
    expect(unknown).toMatchObject({ code: 1, stdout: "" });
    expect(unknown.stderr).toContain("no place shows tool 7.7.7");
    expect((await run("status", "nonsense")).code).not.toBe(0);
  });

  describe("behind an address", () => {
    let served: Site;
    const copy = fresh();
    beforeAll(async () => {
      cpSync(site, copy, { recursive: true });
      served = await startSite(copy);
    });
    afterAll(() => served.stop());

    test("it is mirrored into a folder, whole, and to a store; what is not verified goes nowhere", async () => {
      const to = fresh();
      expect(await run("mirror", served.url, to)).toMatchObject({ code: 0, stderr: "" });
      expect(digestsIn(to)).toEqual(digestsIn(site));
      expect(await run("mirror", to, "far")).toMatchObject({ code: 0, stdout: "already in folder out/far\n" });
      expect(await run("mirror", "site", to)).toMatchObject({ code: 0, stdout: expect.stringContaining("already in") });

      writeFileSync(join(to, archive), "other bytes");
      const refused = fresh();
      const { code, stderr } = await run("mirror", to, refused);
      expect(code).toBe(1);
      expect(stderr).toContain("Nothing was sent");
      expect(existsSync(refused)).toBe(false);
      expect((await run("mirror", "site", "nowhere")).code).toBe(64);
    });

    test("it is watched: nothing changed, then something did, which is told with both digests", async () => {
      const once = ["watch", "--once", served.url];
      expect(await run(...once)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^same +http.*: \d+ files\n$/),
      });
      const report = join(fresh(), "..", "watched.json");
      writeFileSync(join(copy, archive), "other bytes");
      rmSync(join(copy, "index.json"), { force: true });
      const { code, stdout } = await run(...once, "--report", report);
      expect(code).toBe(1);
      expect(stdout).toMatch(
        /^CHANGED .*tool_linux_amd64\.tar\.gz is sha256:[0-9a-f]{64}; sha256:[0-9a-f]{64} was published$/m,
      );
      const { places = [] } = JSON.parse(readFileSync(report, "utf8")) as Data;
      expect(places[0]?.changes?.map(({ name }) => name)).toContain(archive);
      expect(await run("watch", "--once")).toMatchObject({ code: 0 });
    });
  });
});

describe("taken back", () => {
  test("only with a reason, and then everywhere; it stays taken back", async () => {
    expect(await run("yank", "1.0.0")).toMatchObject({ code: 64 });
    const { code, data } = await json("yank", "1.0.0", "--why", "it eats disks");
    expect({ code, outcomes: data.places?.map(({ outcome }) => outcome) }).toEqual({
      code: 0,
      outcomes: ["done", "done"],
    });
    expect(JSON.parse(readFileSync(join(folder, "dist", "1.0.0.yanked.json"), "utf8"))).toMatchObject({
      version: "1.0.0",
      why: "it eats disks",
    });
    const asked = await json("status", "1.0.0");
    expect({ code: asked.code, states: asked.data.places?.map(({ state }) => state) }).toEqual({
      code: 1,
      states: ["withdrawn", "withdrawn"],
    });
    expect((await json("yank", "1.0.0", "--why", "again")).data.places?.map(({ outcome }) => outcome)).toEqual([
      "already",
      "already",
    ]);
    const again = await json("publish");
    expect({ code: again.code, problems: again.data.problems?.map((problem) => problem.code) }).toEqual({
      code: 1,
      problems: ["store.conflict"],
    });
    const record = join(folder, "dist", "1.0.0.yanked.json");
    renameSync(record, join(folder, "out", "record.json")); // another machine has no such record
    expect((await run("publish")).stderr).toContain("this release was taken back from folder");
    renameSync(join(folder, "out", "record.json"), record);
  });

  test("not in favour of a release that was taken back too", async () => {
    git("commit", "--quiet", "--allow-empty", "--message", "fix: again");
    git("tag", "v1.0.1");
    expect(await run("release", "--quiet", "--skip", "publish")).toMatchObject({ code: 0, stderr: "" });
    expect((await run("publish", "--quiet", "--to", "site")).code).toBe(0);
    const refused = await run("yank", "1.0.1", "--why", "it eats disks too");
    expect(refused).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("v1.0.0, the release before, was taken back too: again"),
    });
    const { data } = await json("yank", "1.0.1", "--why", "it eats disks too", "--back-to", "v0.9.0");
    expect(data.places?.map(({ outcome }) => outcome)).toEqual(["done", "absent"]);
  });
});
