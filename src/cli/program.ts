/** Parses the command line and runs the command it names. */
import { Command, CommanderError } from "commander";

import { commonFlags } from "./command-words/flags.ts";
import type { CommandWords } from "./command-words/words.ts";
import { commands, summary } from "./commands.ts";
import { exit, type ExitCode } from "./exit.ts";
import type { Options } from "./options.ts";
import { outliveReaders } from "./readers.ts";

/** Runs the command line. Never rejects: whatever goes wrong is printed and becomes an exit code. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  outliveReaders();
  let code: ExitCode = exit.ok;
  const program = commandLine((load) => async (...given: unknown[]) => {
    const command = given.at(-1) as Command;
    const action = await load();
    const { guarded } = await import("./guarded.ts");
    code = await guarded(command.optsWithGlobals<Options>(), (options) => action(options, command.args, program));
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exit.ok : exit.usage;
  }
  return code;
}

type Run = (load: CommandWords["load"]) => (...given: unknown[]) => Promise<void>;

/** The commander program. `run` wraps a command's lazily loaded module into commander's action. */
function commandLine(run: Run): Command {
  const program = new Command("slipway")
    .description(summary)
    .helpCommand("help [command]", "help for a command")
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showSuggestionAfterError()
    .showHelpAfterError("(slipway --help lists commands, slipway COMMAND --help its options)")
    .enablePositionalOptions()
    .option("-V, --version", "print the version")
    // Left to `next`, which says what was meant.
    .allowExcessArguments()
    .exitOverride()
    .action(run(async () => (await import("./commands/next.ts")).next));
  for (const words of commands) addCommand(program, words, run);
  return program;
}

function addCommand(
  program: Command,
  { name, args, summary: description, example, flags = [], actions = [], passThrough = false, load }: CommandWords,
  run: Run,
): void {
  const command = program
    .command(args === undefined ? name : `${name} ${args}`)
    .description(description)
    .allowExcessArguments(false)
    .passThroughOptions(passThrough)
    .addHelpText("after", `${actionsText(actions)}\nExample:\n  ${example}`)
    .exitOverride()
    .action(run(load));
  for (const [flag, words] of [...commonFlags, ...flags]) command.option(flag, words);
}

function actionsText(actions: NonNullable<CommandWords["actions"]>): string {
  if (actions.length === 0) return "";
  const width = Math.max(...actions.map(([words]) => words.length));
  return ["\nActions:", ...actions.map(([words, what]) => `  ${words.padEnd(width)}  ${what}`), ""].join("\n");
}
