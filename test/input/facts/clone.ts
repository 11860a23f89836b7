/** Small git repositories in temporary folders, one line for each thing done to them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import { type FactsRequest, gatherFacts } from "../../../src/input/facts/gather.ts";
import type { Facts } from "../../../src/model/facts.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { kinds, told } from "../kinds.ts";

export interface Clone {
  readonly path: string;
  git(...args: readonly string[]): string;
  write(file: string, text?: string): void;
  /** Commits a change, and tags it; gives the commit's id. */
  commit(message: string, ...tags: readonly string[]): string;
}

/** The environment of a machine that is no CI. */
export const environment: Readonly<Record<string, string | undefined>> = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

const made: string[] = [];

/** Removes every repository made here. */
export function removeClones(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}

/** An empty folder. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "slipway-facts-"));
  made.push(path);
  return path;
}

/** The repository in a folder; with no folder a new one without commits. */
export function clone(path?: string): Clone {
  const root = path ?? folder();
  let minute = 0;
  const git = (...args: readonly string[]): string => {
    const date = `2026-01-30T12:${String(minute).padStart(2, "0")}:00Z`;
    const identity = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.com" }; // prettier-ignore
    return execFileSync("git", args, { cwd: root, env: { ...environment, ...identity }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim(); // prettier-ignore
  };
  if (path === undefined) git("init", "-q", "-b", "main");
  const write = (file: string, text = "text"): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  return {
    path: root,
    git,
    write,
    commit(message, ...tags) {
      minute += 1;
      write("file", `${minute}`);
      git("add", "-A");
      git("commit", "-q", "-m", message);
      for (const tag of tags) git("tag", tag);
      return git("rev-parse", "HEAD");
    },
  };
}

/** How facts are asked for in tests. */
export type Asked = Partial<Omit<FactsRequest, "config" | "kinds">> & { readonly config?: string };

/** Facts of a folder; `config` is what its slipway.yaml says besides the project's name. */
export function factsOf(path: string, { config = "", env = {}, ...more }: Asked = {}): Promise<Facts> {
  const read = readSource(sourceOfText("slipway.yaml", `slipway: 1\nproject: tool\n${config}`), path, kinds);
  return gatherFacts({
    config: read,
    kinds,
    snapshot: false,
    nightly: false,
    ...more,
    env: { ...environment, ...env },
  });
}

/** What stands in the way of the facts: each as `code message`. */
export async function refusalsOf(path: string, asked: Asked = {}): Promise<readonly string[]> {
  try {
    await factsOf(path, asked);
    return [];
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems.map((problem) => told(problem).replace(/^\S+ /, ""));
  }
}
