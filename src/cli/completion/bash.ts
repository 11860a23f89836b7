/** The completion script for bash. */
import type { DescribedCommand } from "./describe.ts";

/** Where nothing is offered bash completes paths: for values of options, and for arguments that are paths. */
export function bashScript(commands: readonly DescribedCommand[]): string {
  const options = commands.flatMap((command) => command.options);
  const valued = new Set(options.filter(({ takesValue }) => takesValue).flatMap(({ flag, short }) => [flag, short]));
  return `# bash completion for slipway
_slipway() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}"
  local options="" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help --help --version" -- "$word"))
    return
  fi
  case "$before" in
    ${[...valued].filter((flag) => flag !== "").join("|")}) return ;;
  esac
  case "$command" in
${commands.map(caseOf).join("\n")}
    help) words="${commands.map(({ name }) => name).join(" ")}" ;;
  esac
  case "$word" in
    -*) words="$options --help" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _slipway slipway
`;
}

function caseOf({ name, argument, options }: DescribedCommand): string {
  const flags = options.map(({ flag }) => flag).join(" ");
  const words = argument === "none" ? "$options" : argument === "path" ? "" : argument.join(" ");
  return `    ${name}) options="${flags}" words="${words}" ;;`;
}
