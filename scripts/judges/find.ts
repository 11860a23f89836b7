/** Where a judge stands on this machine. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Judge, RootJudge } from "./table.ts";
import { JUDGES } from "./table.ts";

/** The folder outside the clone in which judges are kept by name and version; `SLIPWAY_JUDGES` names another. */
export const cacheFolder = process.env["SLIPWAY_JUDGES"] ?? join(homedir(), ".cache", "slipway-judges");

/** @throws when the table has no such judge. */
export function judgeNamed(name: string): Judge {
  const judge = JUDGES.find((candidate) => candidate.name === name);
  if (judge === undefined) throw new Error(`scripts/judges/table.ts has no judge named ${name}`);
  return judge;
}

/** The path of a judge's program, or of its folder; undefined when it is not installed. */
export function findJudge(judge: Judge): string | undefined {
  const cached = cachedProgram(judge);
  if (cached !== undefined) {
    const holdsFiles = "suite" in judge || "layers" in judge || "crate" in judge || "repository" in judge;
    return (holdsFiles ? isFolder(cached) : isProgram(cached)) ? cached : undefined;
  }
  const names = [...("aliases" in judge ? (judge.aliases ?? []) : []), judge.command ?? judge.name];
  const says = "says" in judge ? judge.says : undefined;
  return names.flatMap(findOnPath).find((path) => says === undefined || versionOf(path).includes(says));
}

/** Where a judge that is kept in the cache stands or would stand; undefined for one found on the PATH. */
export function cachedProgram(judge: Judge): string | undefined {
  if ("suite" in judge) return join(cacheFolder, judge.name, contentsKey(judge), "root");
  // Debian's versions are those that apt has installed, wherever it put them.
  if (!("version" in judge) || "debian" in judge) return undefined;
  return join(cacheFolder, judge.name, judge.version, judge.command ?? judge.name);
}

/** Names what a root holds, so that one made from another list is not taken for it. */
function contentsKey({ suite, variant, packages, finish = "" }: RootJudge): string {
  const list = JSON.stringify([suite, variant, packages, finish]);
  return `${suite}-${createHash("sha256").update(list).digest("hex").slice(0, 12)}`;
}

/** Every program of a name on the PATH, in its order. */
function findOnPath(command: string): readonly string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, command)).filter(isProgram);
}

function versionOf(program: string): string {
  return spawnSync(program, ["--version"], { encoding: "utf8" }).stdout;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
