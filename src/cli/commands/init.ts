/** `slipway init`: writes a slipway.yaml for the project in this folder. */
import { detect } from "../../scaffold/detect.ts";
import { gitignoreLine, initialConfig, writeConfig } from "../../scaffold/init.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";

export async function init(options: Options): Promise<ExitCode> {
  const folder = process.cwd();
  const detected = await detect(folder);
  const text = initialConfig(detected);
  if (options.print === true) {
    process.stdout.write(text);
    return exit.ok;
  }
  const path = await writeConfig(folder, text);
  const ignore = gitignoreLine(detected);
  const programs = detected.programs.map(({ kind, name }) => ({ kind, name }));
  sayResult(options, { path, programs, ...(ignore === undefined ? {} : { gitignore: ignore }) }, () =>
    [
      `wrote ${path}`,
      programs.length === 0
        ? "found no program that a builder knows: see the comments in the file"
        : `found ${programs.map(({ kind, name }) => `${name} (${kind})`).join(", ")}`,
      ...(ignore === undefined ? [] : [`add ${ignore} to .gitignore: releases are made there`]),
      "next: slipway check",
    ].join("\n"),
  );
  return exit.ok;
}
