/** Entry of the command line: reads argv, runs one command, sets the exit code. */
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(process.argv.slice(2));
