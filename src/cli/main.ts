/** Entry of the command line: reads argv, runs one command, sets the exit code. */
import { asksForOverview, overview } from "./overview.ts";

const argv = process.argv.slice(2);
if (asksForOverview(argv)) process.stdout.on("error", () => {}).write(overview()); // a reader may go away early
else process.exitCode = await (await import("./program.ts")).runProgram(argv);
