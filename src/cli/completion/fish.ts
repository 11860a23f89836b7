/** The completion script for fish. */
import { type DescribedCommand, quote } from "./describe.ts";

export function fishScript(commands: readonly DescribedCommand[]): string {
  return [
    "# fish completion for slipway",
    "complete -c slipway -n __fish_use_subcommand -f",
    ...commands.map(
      ({ name, description }) => `complete -c slipway -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ),
    ...commands.flatMap(linesOf),
    "",
  ].join("\n");
}

function linesOf({ name, argument, options }: DescribedCommand): readonly string[] {
  const of = `complete -c slipway -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    ...(argument === "path" ? [] : [`${of} -f`]),
    ...(typeof argument === "string" ? [] : [`${of} -a ${quote(argument.join(" "))}`]),
    ...options.map(({ flag, short, description, takesValue }) => {
      const names = [`-l ${flag.replace(/^--/, "")}`, ...(short === "" ? [] : [`-s ${short.slice(1)}`])].join(" ");
      return `${of} ${names}${takesValue ? " -r -F" : ""} -d ${quote(description)}`;
    }),
  ];
}
