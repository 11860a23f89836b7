/** What `slipway --help` prints: all commands at a glance. Printed without the parser, so that help comes at once. */
import { commands, summary } from "./commands.ts";

/** Whether the command line asks for nothing but the overview. */
export function asksForOverview(argv: readonly string[]): boolean {
  return argv.length === 1 && ["--help", "-h", "help"].includes(argv[0] ?? "");
}

export function overview(): string {
  const lines = [...commands, { name: "help", args: "[command]", summary: "help for a command" }].map(
    (command) => [[command.name, command.args ?? ""].join(" "), command.summary] as const,
  );
  const width = Math.max(...lines.map(([usage]) => usage.length));
  return `${summary}

Usage: slipway COMMAND [OPTIONS]

${lines.map(([usage, words]) => `  ${usage.padEnd(width)}  ${words}`).join("\n")}

Options:
  -V, --version   print the version
  -h, --help      this overview; slipway COMMAND --help explains a command

Example:
  slipway release --snapshot
`;
}
