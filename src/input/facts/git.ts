/** Runs the system's git: the same words on every machine, no locks, no prompts, no settings of the operator's that change output. */
import { execFile } from "node:child_process";
import { errnoOf } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

/** Runs git in one folder. Gives its standard output, or undefined where it exits with an error. */
export interface Git {
  (...args: readonly string[]): Promise<string | undefined>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that tie git to another repository, as `git rev-parse --local-env-vars` lists them: a hook's child has them. */
const repositoryVariables: ReadonlySet<string> = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NAMESPACE",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
]);

/** In force for each command: a clone may belong to someone else (CI, containers), and nothing it configures may run. */
const settings: readonly (readonly [key: string, value: string])[] = [
  ["safe.directory", "*"],
  ["core.fsmonitor", "false"],
  ["core.abbrev", "7"],
  ["color.ui", "false"],
  ["i18n.logOutputEncoding", "UTF-8"],
];

const maximumOutput = 256 * 1024 * 1024;

/** A git for a folder, with the operator's environment. Each call throws `tool.missing` where there is no git. */
export function gitIn(folder: string, environment: Environment): Git {
  const env = environmentFor(environment);
  return (...args) =>
    new Promise((resolve, reject) => {
      execFile("git", args, { cwd: folder, env, maxBuffer: maximumOutput, windowsHide: true }, (error, stdout) => {
        if (error === null) resolve(stdout);
        else if (errnoOf(error) === "ENOENT")
          reject(new Problem("tool.missing", "git is not on the PATH", { hint: "Install git.", cause: error }));
        else resolve(undefined);
      });
    });
}

function environmentFor(environment: Environment): Record<string, string | undefined> {
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !repositoryVariables.has(name)));
  // The operator may have settings of this form already: ours come behind them, and win.
  const written = environment["GIT_CONFIG_COUNT"] ?? "0";
  const before = /^\d{1,4}$/.test(written) ? Number(written) : 0;
  const ours: Record<string, string> = {};
  settings.forEach(([key, value], index) => {
    ours[`GIT_CONFIG_KEY_${before + index}`] = key;
    ours[`GIT_CONFIG_VALUE_${before + index}`] = value;
  });
  return {
    ...kept,
    ...ours,
    GIT_CONFIG_COUNT: String(before + settings.length),
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}
