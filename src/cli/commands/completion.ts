/** `slipway completion SHELL`: a script that completes commands and options, made from the commands themselves. */
import type { Command } from "commander";

import { Problem } from "../../model/problem.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";

export async function completion(
  _options: Options,
  [shell = ""]: readonly string[],
  program: Command,
): Promise<ExitCode> {
  const script = scripts[shell];
  if (script === undefined)
    throw new Problem("usage", `completion: unknown shell "${shell}"`, {
      expected: `one of ${Object.keys(scripts).join(", ")}`,
    });
  process.stdout.write(script(describeCommands(program)));
  return exit.ok;
}

interface Described {
  readonly name: string;
  readonly description: string;
  /** Words that may follow besides options; `files` for paths. */
  readonly words: readonly string[];
  readonly options: readonly { readonly flag: string; readonly description: string; readonly takes: boolean }[];
}

function describeCommands(program: Command): readonly Described[] {
  return program.commands.map((command: Command) => ({
    name: command.name(),
    description: command.description(),
    words: { cache: ["show", "prune"], completion: Object.keys(scripts) }[command.name()] ?? [],
    options: command.options.map((option) => ({
      flag: option.long ?? option.short ?? "",
      description: option.description,
      takes: option.required || option.optional,
    })),
  }));
}

const scripts: Readonly<Record<string, (commands: readonly Described[]) => string>> = {
  bash: (commands) => `# bash completion for slipway
_slipway() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help" -- "$word"))
    return
  fi
  case "$command" in
${commands.map(({ name, words, options }) => `    ${name}) COMPREPLY=($(compgen -W "${[...words, ...options.map(({ flag }) => flag)].join(" ")}" -- "$word")) ;;`).join("\n")}
  esac
}
complete -o default -F _slipway slipway
`,
  zsh: (commands) => `#compdef slipway
_slipway() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(":", "\\:")}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands
  .map(({ name, words, options }) => {
    const specs = options.map(({ flag, description, takes }) =>
      quote(`${flag}[${description.replace(/[[\]:]/g, "\\$&")}]${takes ? ":value:_files" : ""}`),
    );
    return `    ${name}) _arguments ${[...specs, quote(words.length === 0 ? "*:file:_files" : `1:action:(${words.join(" ")})`)].join(" ")} ;;`;
  })
  .join("\n")}
  esac
}
compdef _slipway slipway
`,
  fish: (commands) =>
    [
      "# fish completion for slipway",
      ...commands.map(
        ({ name, description }) => `complete -c slipway -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
      ),
      ...commands.flatMap(({ name, words, options }) => [
        ...(words.length === 0
          ? []
          : [`complete -c slipway -n '__fish_seen_subcommand_from ${name}' -a ${quote(words.join(" "))}`]),
        ...options.map(
          ({ flag, description, takes }) =>
            `complete -c slipway -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^--/, "")}${takes ? " -r" : ""} -d ${quote(description)}`,
        ),
      ]),
      "",
    ].join("\n"),
};

/** In single quotes, for bash, zsh and fish alike. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
