/** `slipway version`. */
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { programVersion } from "../program-version.ts";

export async function version(options: Options): Promise<ExitCode> {
  const data = {
    version: programVersion(),
    node: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
  };
  sayResult({ ...options, quiet: false }, data, () => `slipway ${data.version} (node ${data.node}, ${data.platform})`);
  return exit.ok;
}
