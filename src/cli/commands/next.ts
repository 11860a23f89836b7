/** A bare `slipway`: says what the next sensible command is. */
import { findConfig } from "../../input/index.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";

export async function next(_options: Options): Promise<ExitCode> {
  const config = await findConfig(process.cwd());
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
