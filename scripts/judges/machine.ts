/** This machine: what it runs on, what may be done to it, and running its programs. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** True where apt may be used: as root on Debian. */
export function mayUseApt(): boolean {
  return process.getuid?.() === 0 && osRelease("ID") === "debian";
}

/** A value of os-release(5), or undefined where there is none. */
export function osRelease(key: string): string | undefined {
  try {
    const line = readFileSync("/etc/os-release", "utf8")
      .split("\n")
      .find((text) => text.startsWith(`${key}=`));
    return line?.slice(key.length + 1).replaceAll('"', "");
  } catch {
    return undefined;
  }
}

/** Runs a program to its end, silently; throws where it fails. */
export function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): void {
  execFileSync(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 << 20,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** What a program that failed said last. */
export function lastLines(error: unknown): string {
  const output = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return output.trimEnd().split("\n").slice(-5).join("\n");
}
