/** Whoever releases a tag, wherever and whenever, gets the same bytes. */
import { execFileSync } from "node:child_process";
import { chmodSync, lutimesSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { judge, needs } from "../judges.ts";
import { exampleRepository } from "../worlds/example.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway, withUmask } from "../worlds/slipway.ts";
import { otherUser, type User } from "../worlds/user.ts";

const { project, fresh } = shell();

/** What surrounds a release. */
interface Surroundings {
  readonly umask: string;
  readonly env: Readonly<Record<string, string>>;
  /** As `faketime` takes it; where that is not installed only the files' times differ. */
  readonly day?: string;
  readonly user?: User | undefined;
}

/** Clones `origin` with a umask; every clone has other times. */
function clone(origin: string, umask: string, args: readonly string[] = []): string {
  const folder = fresh();
  const [command, ...words] = withUmask(umask);
  execFileSync(command, [...words, "git", "clone", "-q", ...args, `file://${origin}`, folder], { stdio: "pipe" });
  return folder;
}

/** Moves every file's time by a number of days. */
function age(folder: string, days: number): void {
  const time = new Date(Date.now() + days * 86_400_000);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (!entry.parentPath.includes(".git")) lutimesSync(join(entry.parentPath, entry.name), time, time);
}

/** Releases what is in `folder` with an empty cache, and says what came of it. */
async function releaseIn(folder: string, { umask, env, day, user }: Surroundings): Promise<Record<string, string>> {
  const [cache, home] = [fresh(), fresh()];
  for (const path of [cache, home]) mkdirSync(path);
  for (const path of [cache, home, folder]) user?.give(path);
  const faketime = day === undefined ? undefined : judge("faketime");
  const ran = await slipway(["release", "--quiet"], {
    cwd: folder,
    env: { HOME: home, SLIPWAY_CACHE: cache, SOURCE_DATE_EPOCH: undefined, ...env },
    through: [
      ...(user?.through ?? []),
      ...withUmask(umask),
      ...(faketime === undefined || day === undefined ? [] : [faketime, "-f", day]),
    ],
  });
  expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
  return { ...digestsIn(join(folder, "dist", "1.0.0")) };
}

const plain: Surroundings = { umask: "022", env: { TZ: "UTC", LC_ALL: "C" } };
const elsewhere: Surroundings = {
  umask: "077",
  env: { TZ: "Asia/Kolkata", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", USER: "somebody", HOSTNAME: "elsewhere" },
  day: "+400d",
};

const config = `${toolConfig.replace("notes: { from: commits }", "notes: { from: file:CHANGES.md }").replace("[README.md]", "[README.md, docs/*]")}source: true
`;
const files = toolFiles({
  "slipway.yaml": config,
  "CHANGES.md": "Nothing but the first.\n",
  "docs/a.txt": "a\n",
  "docs/ç.txt": "ç\n",
  "docs/I.txt": "I\n",
});

test("a small project, from clones of every kind, by any user, umask, time zone, locale and day", async (context) => {
  const origin = project(files);
  const expected = await releaseIn(clone(origin, "022"), plain);
  expect(Object.keys(expected)).toContain("tool_linux_amd64.tar.gz");

  const worktree = fresh();
  execFileSync("git", ["-C", origin, "worktree", "add", "-q", "--detach", worktree, "v1.0.0"], { stdio: "pipe" });
  expect(await releaseIn(worktree, { ...elsewhere, umask: "0002" })).toEqual(expected);

  const shallow = clone(origin, "077", ["--depth", "1", "--branch", "v1.0.0"]);
  age(shallow, -4000);
  expect(await releaseIn(shallow, elsewhere)).toEqual(expected);

  const copied = fresh();
  execFileSync("cp", ["-r", origin, copied]);
  age(copied, 1000);
  expect(await releaseIn(copied, { ...plain, day: "-3000d" })).toEqual(expected);

  const user = otherUser();
  if (typeof user === "string") return context.skip(`skipped: ${user}`);
  expect(await releaseIn(clone(origin, "022"), { ...elsewhere, umask: "027", user })).toEqual(expected);
});

needs("go")("engram, a Go service with SQLite, from two clones", async ({ go }, context) => {
  const origin = exampleRepository("engram", { folder: fresh() });
  const goEnv = (name: string): string => execFileSync(go, ["env", name], { encoding: "utf8" }).trim();
  const ours = { GOCACHE: goEnv("GOCACHE"), GOMODCACHE: goEnv("GOMODCACHE") };
  const expected = await releaseIn(clone(origin, "022"), { ...plain, env: { ...plain.env, ...ours } });
  expect(Object.keys(expected).filter((name) => name.startsWith("engram"))).toHaveLength(12);

  const user = otherUser();
  const again = clone(origin, "077");
  age(again, -4000);
  const theirs = typeof user === "string" ? ours : goFoldersFor(again, go, ours);
  const there = { ...elsewhere, env: { ...elsewhere.env, ...theirs } };
  expect(await releaseIn(again, typeof user === "string" ? there : { ...there, user })).toEqual(expected);
  if (typeof user === "string") context.skip(`skipped: the second clone is of the same user, since ${user}`);
});

interface GoFolders {
  readonly GOCACHE: string;
  readonly GOMODCACHE: string;
}

/**
 * Go's folders for another user, who cannot read ours. What was compiled already is linked, not copied: they may read it and add
 * to it, and cannot change it.
 */
function goFoldersFor(folder: string, go: string, ours: GoFolders): GoFolders {
  const theirs = { GOCACHE: fresh(), GOMODCACHE: fresh() };
  execFileSync("cp", ["-al", ours.GOCACHE, theirs.GOCACHE]);
  execFileSync("find", [theirs.GOCACHE, "-type", "d", "-exec", "chmod", "777", "{}", "+"]);
  mkdirSync(theirs.GOMODCACHE);
  chmodSync(theirs.GOMODCACHE, 0o777);
  const downloaded = `file://${join(ours.GOMODCACHE, "cache", "download")}`;
  execFileSync(go, ["mod", "download"], {
    cwd: folder,
    stdio: "pipe",
    env: { ...process.env, GOMODCACHE: theirs.GOMODCACHE, GOPROXY: downloaded, GOFLAGS: "-modcacherw" },
  });
  execFileSync("chmod", ["-R", "a+rwX", theirs.GOMODCACHE]);
  return theirs;
}
