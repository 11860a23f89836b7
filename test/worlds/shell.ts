/** A place of its own for the tests of one file: a folder that goes away after them, a cache, projects, and a Slipway that uses these. */
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll } from "vitest";

import { type Files, projectRepository, type ProjectOptions } from "./project.ts";
import { type Ran, slipway } from "./slipway.ts";

export interface Shell {
  /** A folder that nobody else has. */
  readonly home: string;
  /** The cache of all runs here. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
  /** A new repository of `files`, by itself in a folder. */
  project(files: Files, options?: ProjectOptions): string;
  /** Runs Slipway in a folder. */
  run(cwd: string, ...args: readonly string[]): Promise<Ran>;
  /** A path in `home` where nothing is. */
  fresh(): string;
}

/** To be called once, at the top of a test file. */
export function shell(): Shell {
  const home = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  chmodSync(home, 0o755); // other users look in too
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const cache = join(home, "cache");
  const env = { SLIPWAY_CACHE: cache };
  let count = 0;
  const fresh = (): string => join(home, String((count += 1)));
  return {
    home,
    cache,
    env,
    fresh,
    project: (files, options = {}) => projectRepository(files, { folder: join(fresh(), "tool"), ...options }),
    run: (cwd, ...args) => slipway(args, { cwd, env }),
  };
}

/** SHA-256 of every file beneath a folder, by its path in it: what is compared is told in a few lines. */
export function digestsIn(folder: string): Readonly<Record<string, string>> {
  const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
  return Object.fromEntries([...filesIn(folder)].map(([path, bytes]) => [path, digest(bytes)]));
}

/** Every file beneath a folder, by its path in it. */
export function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).toSorted();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
}
