/** The same place for a folder in every run, so that compilers, which note where sources stand, find what they compiled before. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

import { holdObstacle, mountPoint } from "./holder.ts";

/**
 * Runs a program to its end in a folder that it sees at {@link mountPoint}, whatever its real path; throws where it fails. Others do
 * not see it there. Where no mounts can be made, the program runs where the folder stands.
 */
export function runInPlace(
  folder: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): void {
  const options = { cwd: folder, env: { ...process.env, ...env }, stdio: "pipe" } as const;
  if (holdObstacle() !== undefined) return void execFileSync(command, args, options);
  mkdirSync(mountPoint, { recursive: true });
  const script = 'mount --bind "$1" "$2"; cd "$2"; shift 2; exec "$@"';
  const words = ["--mount", "sh", "-ec", script, "sh", folder, mountPoint, command, ...args];
  execFileSync("unshare", words, { ...options, maxBuffer: 64 << 20 });
}
