/** Disks that are full or closed: the error says which, what to do, and nothing that was there changes. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { type Disk, smallDisk } from "../setup/disks.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { type Ran, slipway } from "../worlds/slipway.ts";
import { otherUser } from "../worlds/user.ts";

const { project, fresh, env } = shell();

const disks: Disk[] = [];
afterAll(() => disks.forEach((disk) => disk.remove()));

function diskOf(size: string): Disk | string {
  const disk = smallDisk(size);
  if (typeof disk !== "string") disks.push(disk);
  return disk;
}

/** The program is as many numbers as the file `size` says, which no compression makes much smaller. */
const files = toolFiles({
  "slipway.yaml": toolConfig
    .replace("inputs: build.sh", "inputs: [build.sh, size]")
    .replace("folder: public", 'folder: "public/{{ version }}"'),
  ".gitignore": "out\ndist\npublic\n",
  size: "10\n",
  "build.sh": `set -eu
mkdir -p "$(dirname "$2")"
awk -v "count=$(cat size)" 'BEGIN { srand(1); for (i = 0; i < count; i++) print rand(), rand() }' > "$2"
`,
});

/** Commits a program of another size, as another version. */
function commitVersion(folder: string, version: string, size: string): void {
  writeFileSync(join(folder, "size"), `${size}\n`);
  const settings = ["safe.directory=*", "user.name=Ada", "user.email=ada@example.com"].flatMap((line) => ["-c", line]);
  execFileSync("git", ["-C", folder, ...settings, "commit", "-qam", version]);
  execFileSync("git", ["-C", folder, ...settings, "tag", `v${version}`]);
}

const release = (
  cwd: string,
  more: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Ran> => slipway(["release", "--quiet", ...args], { cwd, env: { ...env, ...more } });
const done = { code: 0, stdout: "", stderr: "" };
const big = "150000";

describe("a full disk", () => {
  test("under the release's folder", async (context) => {
    const disk = diskOf("1m");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    const folder = project(files);
    symlinkSync(disk.path, join(folder, "dist"));
    expect(await release(folder)).toEqual(done);
    const before = digestsIn(disk.path);

    commitVersion(folder, "1.1.0", big);
    const { code, stdout, stderr } = await release(folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^error \S+\/dist\/1\.1\.0\/tool_\S+: the disk is full \[disk\.full\]\n +hint: Free some space/m,
    );
    expect(digestsIn(disk.path)).toEqual(before);

    commitVersion(folder, "1.1.1", "20");
    expect(await release(folder)).toEqual(done);
    expect(digestsIn(disk.path)).toMatchObject(before);
  });

  test("under the release that is to be replaced", async (context) => {
    const disk = diskOf("1m");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    const folder = project(files);
    symlinkSync(disk.path, join(folder, "dist"));
    expect(await release(folder)).toEqual(done);
    const before = digestsIn(disk.path);
    commitVersion(folder, "1.1.0", big);
    const replacing = ["--clean", "--skip", "validate", "--set-version", "1.0.0"];
    expect(await release(folder, {}, replacing)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("[disk.full]") as string,
    });
    expect(digestsIn(disk.path)).toEqual(before);
  });

  test("under the place it is published to: no name has moved there", async (context) => {
    const disk = diskOf("1m");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    const folder = project(files);
    symlinkSync(disk.path, join(folder, "public"));
    expect(await release(folder, {}, ["--skip", "publish"])).toEqual(done);
    commitVersion(folder, "1.1.0", big);
    const { code, stderr } = await release(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^slipway\.yaml:\d+:\d+: error \S+\/public\/1\.1\.0\/tool_\S+: the disk is full \[disk\.full\]/m,
    );
    expect(readdirSync(join(disk.path, "1.1.0"))).toEqual([]);
    expect(Object.keys(digestsIn(join(folder, "dist", "1.1.0")))).toContain("release.json");
  });

  test("under the cache", async (context) => {
    const disk = diskOf("2m");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    const folder = project(files);
    const cache = { SLIPWAY_CACHE: join(disk.path, "cache") };
    expect(await release(folder, cache)).toEqual(done);
    const before = digestsIn(join(folder, "dist", "1.0.0"));

    commitVersion(folder, "1.1.0", "600000");
    const { code, stderr } = await release(folder, cache);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error .*: the disk is full \[disk\.full\]/);
    expect(stderr).toContain("hint: Free some space");
    expect(digestsIn(join(folder, "dist", "1.0.0"))).toEqual(before);
    expect(readdirSync(join(folder, "dist"))).not.toContain("1.1.0");
    expect(readdirSync(join(disk.path, "cache", "tmp"))).toEqual([]);

    commitVersion(folder, "1.1.1", "20");
    expect(await release(folder, cache)).toEqual(done);
  });
});

test("what cannot be printed, since the disk is full, is a failure", async () => {
  const folder = project(files);
  const through = ["sh", "-c", 'exec "$@" > /dev/full', "sh"];
  expect(await slipway(["plan", "--json"], { cwd: folder, env, through })).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("could not be written") as string,
  });
});

describe("a folder of somebody else's", () => {
  const user = otherUser();

  test("as the release's folder", async (context) => {
    if (typeof user === "string") return context.skip(`skipped: ${user}`);
    const folder = project(files);
    const cache = fresh();
    mkdirSync(cache);
    for (const path of [folder, cache]) user.give(path);
    const run = (): Promise<Ran> =>
      slipway(["release", "--quiet"], {
        cwd: folder,
        env: { SLIPWAY_CACHE: cache, HOME: cache },
        through: user.through,
      });
    expect(await run()).toEqual(done);
    const before = digestsIn(join(folder, "dist"));

    commitVersion(folder, "1.1.0", "20");
    execFileSync("chown", ["0:0", join(folder, "dist")]);
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error \S+\/dist\/1\.1\.0: permission denied \[file\.denied\]\n +hint: Check who owns it/);
    expect(digestsIn(join(folder, "dist"))).toEqual(before);

    user.give(join(folder, "dist"));
    mkdirSync(join(folder, "public"), { recursive: true });
    execFileSync("chown", ["0:0", join(folder, "public")]);
    const published = digestsIn(join(folder, "public"));
    const refused = await run();
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("/public/") as string });
    expect(refused.stderr).toContain("[file.denied]");
    expect(digestsIn(join(folder, "public"))).toEqual(published);
  });

  test("as home, where the cache would be", async (context) => {
    if (typeof user === "string") return context.skip(`skipped: ${user}`);
    const folder = project(files);
    user.give(folder);
    const home = fresh();
    mkdirSync(home);
    chmodSync(home, 0o755);
    const run = (more: Readonly<Record<string, string | undefined>>): Promise<Ran> =>
      slipway(["release", "--quiet"], {
        cwd: folder,
        env: { XDG_CACHE_HOME: undefined, ...more },
        through: user.through,
      });
    expect(await run({ HOME: home })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\.cache\S*: permission denied \[file\.denied\][^]*hint: .*/) as string,
    });
    expect(await run({ HOME: undefined })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("SLIPWAY_CACHE") as string,
    });
    rmSync(join(folder, "dist"), { recursive: true, force: true });
  });
});
