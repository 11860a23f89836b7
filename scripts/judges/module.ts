/** Builds judges that are whole Go modules: programs that need files of their own beside them, or a few lines of ours before them. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./machine.ts";
import type { ModuleJudge, ProgramJudge } from "./table.ts";

/** Builds the main package of a module with its build tags, and keeps the folders that the program reads beside it. */
export function buildModule(judge: ModuleJudge, folder: string, say: (line: string) => void): void {
  say(`go build -tags "${judge.tags.join(" ")}" ${judge.module}@${judge.version}`);
  const answer = execFileSync("go", ["mod", "download", "-json", `${judge.module}@${judge.version}`], {
    encoding: "utf8",
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { Dir } = JSON.parse(answer) as { readonly Dir: string };
  const source = join(folder, "source");
  // The module cache is read-only, and what is built is built in place.
  cpSync(Dir, source, { recursive: true });
  execute("chmod", ["-R", "u+w", source]);
  execute("go", ["build", "-tags", judge.tags.join(" "), "-o", join(folder, judge.name), "."], { GOFLAGS: "" }, source);
  for (const name of judge.keeps) renameSync(join(source, name), join(folder, name));
  rmSync(source, { recursive: true });
}

/** Builds a program whose source stands in the table. */
export function buildProgram(judge: ProgramJudge, folder: string, say: (line: string) => void): void {
  say(`go build ${judge.name} (${judge.requires}@${judge.version})`);
  const source = join(folder, "source");
  mkdirSync(source);
  writeFileSync(join(source, "main.go"), judge.source);
  const go = (...args: readonly string[]): void => execute("go", args, { GOFLAGS: "" }, source);
  go("mod", "init", `judges/${judge.name}`);
  go("get", `${judge.requires}@${judge.version}`);
  go("build", "-o", join(folder, judge.name), ".");
  rmSync(source, { recursive: true });
}
