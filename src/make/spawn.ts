/** Runs one command in a process group of its own, so that stopping it also stops what it started. */
import { spawn } from "node:child_process";

import { Problem, type Place } from "../model/problem.ts";
import { captured } from "./captured.ts";
import type { Command, CommandResult } from "./maker.ts";

export interface SpawnOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly place?: Place | undefined;
  /** Given each line the command prints, as it prints it. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Takes what nobody may see out of all that it prints, before anything is told, kept or cut. */
  readonly hide?: ((text: string) => string) | undefined;
}

/** Lines of output an error shows, and characters of each. */
const [shownLines, shownWidth] = [30, 1000];
/** Milliseconds between asking a command to end and ending it. */
const grace = 5000;
/** Milliseconds in which what a command printed still arrives after it ended. What it leaves running may hold its output for ever. */
const linger = 2000;

/** Commands that run now, by process id: should this process have to exit at once, they end with it. */
const running = new Set<number>();
const endRunning = (): void => running.forEach((pid) => killGroup(pid, "SIGKILL"));

/**
 * Runs a command and gives its output. Throws `tool.missing` when it cannot be found, `step.failed` with command line, exit
 * code and last lines when it fails, `step.stopped` when the signal ended it.
 */
export function runCommand(command: Command, options: SpawnOptions): Promise<CommandResult> {
  const { signal, place } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped(signal));
    const child = spawn(command.command, [...command.args], {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    if (child.pid !== undefined) running.add(child.pid);
    if (!process.listeners("exit").includes(endRunning)) process.on("exit", endRunning);
    const out = captured(options.onLine, options.hide);
    const err = captured(options.onLine, options.hide);
    child.stdout.on("data", out.take);
    child.stderr.on("data", err.take);
    let ending: NodeJS.Timeout | undefined;
    const end = (): void => {
      killGroup(child.pid, "SIGTERM");
      ending = setTimeout(() => killGroup(child.pid, "SIGKILL"), grace);
    };
    signal.addEventListener("abort", end, { once: true });
    let hanging: NodeJS.Timeout | undefined;
    const settle = (): void => {
      signal.removeEventListener("abort", end);
      clearTimeout(ending);
      clearTimeout(hanging);
      if (child.pid !== undefined) running.delete(child.pid);
    };
    child.on("exit", () => {
      const letGo = (): void => [child.stdout, child.stderr].forEach((stream) => stream.destroy());
      hanging = setTimeout(() => setImmediate(letGo), linger); // what has arrived is read before
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle();
      reject(error.code === "ENOENT" ? missing(command, options, error) : failedToStart(command, error, place));
    });
    child.on("close", (code, killedBy) => {
      settle();
      out.end();
      err.end();
      if (signal.aborted) return reject(stopped(signal));
      const accepted = command.accept ?? [0];
      if (code !== null && accepted.includes(code))
        return resolve({ exitCode: code, stdout: out.text(), stderr: err.text() });
      const lines = `${out.text()}\n${err.text()}`.split("\n").filter((line) => line.trim() !== "");
      reject(
        new Problem(
          "step.failed",
          `${commandLine(command)} ${code === null ? `was ended by ${killedBy ?? "a signal"}` : `exited with ${code}`}`,
          {
            place,
            lines: lastOf(lines),
            hint:
              killedBy === "SIGKILL"
                ? "SIGKILL from outside often means the machine ran out of memory; try --jobs 1"
                : undefined,
          },
        ),
      );
    });
  });
}

/** The command as a person would type it. */
export function commandLine(command: Command): string {
  return [command.command, ...command.args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

function missing(command: Command, options: SpawnOptions, cause: Error): Problem {
  return new Problem(
    "tool.missing",
    `${command.command} cannot be run: it, or the folder ${options.cwd}, does not exist`,
    {
      place: options.place,
      hint: `install ${command.command}, or put it on the PATH`,
      cause,
    },
  );
}

function failedToStart(command: Command, cause: NodeJS.ErrnoException, place: Place | undefined): Problem {
  return new Problem("step.failed", `${commandLine(command)} could not be started: ${cause.message}`, { place, cause });
}

/** Why a run was stopped: the signal's own Problem (a time limit), or the operator. */
export function stopped(signal: AbortSignal): Problem {
  return signal.reason instanceof Problem ? signal.reason : new Problem("step.stopped", "stopped");
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    if (process.platform === "win32")
      spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    else process.kill(-pid, signal);
  } catch {
    // It ended by itself in between.
  }
}

function lastOf(lines: readonly string[]): readonly string[] {
  const left = lines.length - shownLines;
  return [...(left > 0 ? [`... ${left} lines before these are not shown`] : []), ...lines.slice(-shownLines).map(cut)];
}

function cut(line: string): string {
  return line.length > shownWidth ? `${line.slice(0, shownWidth)}…` : line;
}
