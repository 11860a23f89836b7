/** A bare `slipway`: says what the next sensible command is. */
import type { Command } from "commander";

import { didYouMean } from "../../model/nearest.ts";
import { Problem } from "../../model/problem.ts";
import { configFile } from "../config-file.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { version } from "./version.ts";

export async function next(options: Options, [unknown]: readonly string[], program: Command): Promise<ExitCode> {
  if (unknown !== undefined) {
    const names = program.commands.map((command) => command.name());
    throw new Problem("usage", `there is no command "${unknown}"`, {
      hint: didYouMean(unknown, names) ?? `slipway --help lists all commands`,
    });
  }
  if (options.version === true) return version(options);
  const config = await configFile(options);
  const lines =
    config === undefined
      ? ["There is no slipway.yaml here.", "  slipway init                 write one for this project"]
      : [
          `This project is released from ${config}.`,
          "  slipway check                is everything in order?",
          "  slipway plan                 what would be made, and where would it go?",
          "  slipway release --snapshot   make it all, publish nothing",
          "  slipway release              release the tag at HEAD",
        ];
  process.stdout.write(`${lines.join("\n")}\n\nslipway --help lists all commands.\n`);
  return exit.ok;
}
