/** Runs the real command line as a process of its own, in an environment that holds nothing of this machine's CI or terminal. */
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

import { ROOT } from "../setup/imports.ts";

/** The bundle of this run of the tests, see `test/setup/program.ts`; `test/package.slow.test.ts` starts what users install. */
export const program = resolve(ROOT, process.env["SLIPWAY_PROGRAM"] ?? "bin/slipway");

export interface Where {
  readonly cwd: string;
  /** Over the usual environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Commands that each run the next, and the last one what is meant: `withUmask("077")`, another user's. */
  readonly through?: readonly string[];
}

/** How a process ended and what it printed. */
export interface Ran {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process on its way, in a group of its own. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  /** Sends a signal to the whole process group. */
  killGroup(signal: NodeJS.Signals): void;
  /** Resolves once the process has printed `text`, on either stream; rejects when it ends without. */
  printed(text: string): Promise<void>;
}

/** Runs `slipway ARGS` to its end. */
export function slipway(args: readonly string[], where: Where): Promise<Ran> {
  return startSlipway(args, where).ended;
}

/** Starts `slipway ARGS`. */
export function startSlipway(args: readonly string[], where: Where): Started {
  return start(process.execPath, [program, ...args], where);
}

/** Starts any command in the same environment. */
export function start(command: string, args: readonly string[], { cwd, env = {}, through = [] }: Where): Started {
  const [first = command, ...words] = [...through, command, ...args];
  const child = spawn(first, words, {
    cwd,
    env: { ...quietEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} did not start`);
  const texts = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      texts[stream] += text;
      for (const look of watchers) look();
    });
  }
  const ended = ending(child, texts);
  return {
    pid,
    ended,
    killGroup: (signal) => void process.kill(-pid, signal),
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (`${texts.stdout}${texts.stderr}`.includes(text)) resolve();
        };
        watchers.add(look);
        look();
        void ended.then(({ stderr }) => reject(new Error(`ended without printing "${text}": ${stderr}`)));
      }),
  };
}

/** For `through`: runs what follows with a umask. */
export function withUmask(umask: string): readonly [string, ...string[]] {
  return ["sh", "-c", 'umask "$0"; exec "$@"', umask];
}

function ending(child: ChildProcess, texts: Readonly<Record<"stdout" | "stderr", string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...texts }));
  });
}

/** What decides how Slipway prints, where it caches and what its clock says is left to the test. */
const unwanted =
  /^(CI|GITHUB_.*|GITLAB_.*|NO_COLOR|FORCE_COLOR|TERM|COLUMNS|LINES|SOURCE_DATE_EPOCH|SLIPWAY_.*|NODE_OPTIONS|LANG|LC_.*|TZ)$/;

function quietEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
}
