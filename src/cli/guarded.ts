/** Runs a command so that nothing escapes as a stack trace: problems are printed, anything else is named as our defect. */
import { Problem, problemsOf } from "../model/problem.ts";
import { exit, exitFor, type ExitCode } from "./exit.ts";
import type { Options } from "./options.ts";
import { printProblems } from "./output/problems.ts";

export async function guarded(options: Options, run: (options: Options) => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run(options);
  } catch (thrown) {
    const problems = problemsOf(thrown) ?? problemsOf(withoutFolder(thrown));
    if (problems !== undefined) {
      printProblems(problems, options);
      return exitFor(problems);
    }
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    process.stderr.write(`slipway: this is a defect in Slipway: ${what}\n`);
    if (options.verbose === true && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ""}\n`);
    else process.stderr.write("  hint: run it again with --verbose and report what it prints\n");
    return exit.failed;
  }
}

/** Somebody removed the folder this runs in: then the system cannot say which one it was. */
function withoutFolder(thrown: unknown): unknown {
  const isGone = thrown instanceof Error && "syscall" in thrown && thrown.syscall === "uv_cwd";
  if (!isGone) return thrown;
  return new Problem("file.missing", "the folder that this runs in was removed", {
    hint: "Change to a folder that is there.",
  });
}
