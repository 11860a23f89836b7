/** The completion script for zsh. */
import { type DescribedCommand, quote } from "./describe.ts";

/** Works both sourced and as a file `_slipway` in `$fpath`. */
export function zshScript(commands: readonly DescribedCommand[]): string {
  return `#compdef slipway
_slipway() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(":", "\\:")}`)}`).join("\n")}
    'help:help for a command'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${commands.map(caseOf).join("\n")}
    help) _describe command commands ;;
  esac
}
if [ "$funcstack[1]" = "_slipway" ]; then
  _slipway "$@"
else
  compdef _slipway slipway
fi
`;
}

function caseOf({ name, argument, options }: DescribedCommand): string {
  const specs = options.map(({ flag, short, description, takesValue }) => {
    const words = `[${description.replace(/[[\]:\\]/g, "\\$&")}]${takesValue ? ":value:_files" : ""}`;
    const both = `'(${short} ${flag})'{${short},${flag}}${quote(words)}`;
    return short === "" ? quote(`${flag}${words}`) : both;
  });
  const rest = { none: [], path: [quote("*:file:_files")] };
  const words = typeof argument === "string" ? rest[argument] : [quote(`1:action:(${argument.join(" ")})`)];
  return `    ${name}) _arguments ${[...specs, ...words].join(" ")} ;;`;
}
