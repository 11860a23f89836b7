/** Git as the operator runs it: with their identity, their hooks and their keys. */
import { spawn } from "node:child_process";

import { Problem } from "../../model/problem.ts";

/** Runs git in the project. Gives what it prints; throws `step.failed` with its last words where it fails. */
export interface OwnGit {
  (...args: readonly string[]): Promise<string>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Lines of output that a Problem shows. */
const shown = 20;

/** In the operator's own session, so that a passphrase can be asked for. Paths are taken literally. */
export function ownGit(root: string, env: Environment): OwnGit {
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn("git", ["--literal-pathspecs", ...args], {
        cwd: root,
        env,
        stdio: ["inherit", "pipe", "pipe"],
        windowsHide: true,
      });
      let [out, err] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
      child.on("error", (cause) => reject(new Problem("tool.missing", "git is not on the PATH", { cause })));
      child.on("close", (code) => {
        if (code === 0) resolve(out);
        else reject(failed(args, code, `${out}\n${err}`));
      });
    });
}

function failed([verb = ""]: readonly string[], code: number | null, output: string): Problem {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return new Problem("step.failed", `git ${verb} ${code === null ? "was ended by a signal" : `exited with ${code}`}`, {
    lines: lines.slice(-shown),
  });
}
