/** `slipway completion SHELL`: a script that completes commands and options, made from the commands themselves. */
import type { Command } from "commander";

import { Problem } from "../../model/problem.ts";
import { bashScript } from "../completion/bash.ts";
import { describeCommands, type DescribedCommand } from "../completion/describe.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";

const scripts: Readonly<Record<string, (commands: readonly DescribedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

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
