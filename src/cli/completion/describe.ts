/** What completion scripts know of the command line, taken from the parser itself. */
import type { Command } from "commander";

import { actions } from "../actions.ts";

export interface DescribedOption {
  /** `--jobs`. */
  readonly flag: string;
  /** `-j`, or empty. */
  readonly short: string;
  readonly description: string;
  readonly takesValue: boolean;
}

export interface DescribedCommand {
  readonly name: string;
  readonly description: string;
  /** What follows besides options: nothing, a path, or one of some words. */
  readonly argument: "none" | "path" | readonly string[];
  readonly options: readonly DescribedOption[];
}

/** Arguments that are one of a few words. */
const words: Readonly<Record<string, readonly string[]>> = {
  completion: ["bash", "zsh", "fish"],
  conformance: ["tuf", "sigstore"],
  ...Object.fromEntries(
    Object.entries(actions).map(([name, each]) => [name, each.map(([said]) => said.split(" ")[0] ?? "")]),
  ),
};

export function describeCommands(program: Command): readonly DescribedCommand[] {
  return program.commands.map((command: Command) => ({
    name: command.name(),
    description: command.description(),
    argument: words[command.name()] ?? (command.registeredArguments.length === 0 ? "none" : "path"),
    options: command.options.map(({ long, short, description, required, optional }) => ({
      flag: long ?? "",
      short: short ?? "",
      description,
      takesValue: required || optional,
    })),
  }));
}

/** In single quotes, for bash, zsh and fish alike. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
