/** Every command with its options and one example; what a command does is loaded only when it runs. */
import { Command, CommanderError, Option } from "commander";

import { exit, type ExitCode } from "./exit.ts";
import type { Options } from "./options.ts";

/** What a command's module exports. */
type Action = (options: Options, args: readonly string[], program: Command) => Promise<ExitCode>;

/** Runs the command line. Never rejects: whatever goes wrong is printed and becomes an exit code. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
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

/** The commander program. `run` wraps a command's lazily loaded module into commander's action. */
export function commandLine(run: (load: () => Promise<Action>) => (...given: unknown[]) => Promise<void>): Command {
  const program = new Command("slipway")
    .description("One git tag in, every distributable out: build, pack, publish and verify releases.")
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

  const command = (name: string, description: string, example: string, load: () => Promise<Action>): Command =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .option("-f, --config <file>", "the config file (default: slipway.yaml, .yml or .json here)")
      .option("--json", "print the result as JSON")
      .option("-q, --quiet", "print problems only")
      .option("-v, --verbose", "print every command that runs and what it prints")
      .addHelpText("after", `\nExample:\n  ${example}`)
      .exitOverride()
      .action(run(load));

  command(
    "init",
    "write a slipway.yaml for the project in this folder",
    "slipway init",
    async () => (await import("./commands/init.ts")).init,
  ).option("--print", "print it instead of writing it");

  deciding(
    command(
      "check",
      "check the config, the project and the machine",
      "slipway check",
      async () => (await import("./commands/check.ts")).check,
    ),
  );

  deciding(
    command(
      "plan",
      "show what a release would make and where it would go",
      "slipway plan --snapshot",
      async () => (await import("./commands/plan.ts")).plan,
    ),
  ).option("-o, --output <file>", "write the plan as JSON, for --plan");

  making(
    deciding(
      command(
        "build",
        "build programs, and nothing else",
        "slipway build --target host",
        async () => (await import("./commands/build.ts")).build,
      ),
    ),
  ).option("-o, --output <path>", "put the one program that is built there");

  making(
    deciding(
      command(
        "release",
        "make the release and publish it",
        "slipway release --snapshot",
        async () => (await import("./commands/release.ts")).release,
      ),
    ),
  ).option("--clean", "replace whatever stands in the release's folder");

  deciding(
    command(
      "publish [folder]",
      "publish a release that was made",
      "slipway publish dist/1.0.0 --to public",
      async () => (await import("./commands/publish.ts")).publish,
    ),
  )
    .option("--to <folder>", "publish to this folder instead of the stores in the config")
    .option("--plan <file>", "act on this plan");

  command(
    "verify <folder>",
    "verify a release: every byte, every list, nothing extra",
    "slipway verify dist/1.0.0",
    async () => (await import("./commands/verify.ts")).verify,
  );

  command(
    "cache [action]",
    "show the cache, or `prune` it",
    "slipway cache prune --max 5GB",
    async () => (await import("./commands/cache.ts")).cache,
  ).option("--max <size>", "keep at most this much (default 10GB; `prune` alone removes everything)");

  command(
    "version",
    "print the version",
    "slipway version --json",
    async () => (await import("./commands/version.ts")).version,
  );

  command(
    "completion <shell>",
    "print a completion script for bash, zsh or fish",
    "slipway completion bash > /etc/bash_completion.d/slipway",
    async () => (await import("./commands/completion.ts")).completion,
  );

  return program;
}

/** Options of commands that decide a Plan. */
function deciding(command: Command): Command {
  return command
    .option("--snapshot", "no tag needed; publishes nothing")
    .option("--nightly", "a nightly: version from `version.nightly`")
    .option("--tag <tag>", "release this tag, which must be at HEAD")
    .option("--set-version <version>", "take this version instead of the tag's")
    .option("--target <pattern...>", "only these targets: host, linux/amd64, 'linux/*'")
    .option("--skip <section...>", "leave out: before, source, archives, notes, files, publish, validate")
    .option("--notes <file>", "take the release notes from a file");
}

/** Options of commands that make artifacts. */
function making(command: Command): Command {
  return command
    .option("--plan <file>", "act on this plan instead of deciding one")
    .option("-j, --jobs <n>", "steps at once (default: one per core)")
    .option("--no-cache", "make everything anew")
    .option("--timeout <duration>", "stop after this long: 90s, 30m, 2h")
    .addOption(new Option("--trace <file>", "write what ran when, in Chrome's trace format"));
}
