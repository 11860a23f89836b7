/** Runs a program to its end and keeps what it printed, the last of it. */
import { spawn } from "node:child_process";

import { errnoOf } from "../../model/disk.ts";

export interface Ran {
  /** Undefined where it could not be started, or a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Characters of each stream that are kept: a Plan of a large release has a few million. */
const mostKept = 64 * 1024 * 1024;

/** Never rejects: a program that is not there has no code. Stopping it stops what it started. */
export function runProgram(words: readonly string[], { cwd, env, signal }: RunOptions): Promise<Ran> {
  const [command = "", ...args] = words;
  return new Promise((resolve) => {
    const texts = { stdout: "", stderr: "" };
    const child = spawn(command, args, {
      cwd,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const stop = (): void => {
      if (child.pid === undefined) return;
      if (process.platform === "win32") child.kill();
      else endGroup(child.pid);
    };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        texts[stream] = `${texts[stream]}${text}`.slice(-mostKept);
      });
    }
    signal?.addEventListener("abort", stop, { once: true });
    const end = (code: number | undefined): void => {
      signal?.removeEventListener("abort", stop);
      resolve({ code, ...texts });
    };
    child.on("error", (thrown) => {
      texts.stderr += errnoOf(thrown) === "ENOENT" ? `${command} is not there` : thrown.message;
      end(undefined);
    });
    child.on("close", (code) => end(code ?? undefined));
  });
}

/** A group whose last process has just ended is none any more. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGTERM");
  } catch (thrown) {
    if (errnoOf(thrown) !== "ESRCH") throw thrown;
  }
}

/** The last line that says something, for people. */
export function lastWords({ stdout, stderr }: Ran): string {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "") ?? "";
}
