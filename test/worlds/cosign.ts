/** Both cosigns, 2 and 3, offline, in a folder of their own: how each is asked the same thing. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const cosigns = ["cosign-2", "cosign"] as const;
export type CosignName = (typeof cosigns)[number];

export interface Answer {
  readonly status: number;
  /** What it printed, both ways. */
  readonly text: string;
}

export interface CosignHome {
  readonly folder: string;
  /** Of every run; `COSIGN_PASSWORD` is `correct horse`. */
  readonly env: Record<string, string | undefined>;
  path(name: string): string;
  /**
   * Runs one of them. Never fails: whoever asks looks at the status. Servers of the test
   * answer meanwhile, which they would not while everything waits.
   */
  ask(program: string, ...args: readonly string[]): Promise<Answer>;
  /** Makes `PREFIX.key` and `PREFIX.pub`; left out, `cosign`. */
  makeKey(program: string, prefix?: string): void;
  close(): void;
}

export const cosignPassword = "correct horse";

export function cosignHome(): CosignHome {
  const folder = mkdtempSync(join(tmpdir(), "slipway-cosign-"));
  const env: CosignHome["env"] = {
    PATH: process.env["PATH"],
    HOME: folder,
    COSIGN_PASSWORD: cosignPassword,
    COSIGN_YES: "true",
  };
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    env,
    path,
    ask: (program, ...args) =>
      new Promise((resolve) => {
        execFile(program, args, { cwd: folder, env, timeout: 20_000 }, (error, stdout, stderr) => {
          const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ status, text: `${stdout}${stderr}` });
        });
      }),
    makeKey(program, prefix = "cosign") {
      const args = ["generate-key-pair", "--output-key-prefix", prefix];
      execFileSync(program, args, { cwd: folder, env, stdio: "pipe" });
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
