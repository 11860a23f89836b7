/** `slipway verify FOLDER`: every byte, every list, nothing extra, nothing missing. */
import { resolve } from "node:path";

import { verifyFolder } from "../../verify/folder.ts";
import { exitCodes } from "../../verify/verdict.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { verdictJson, verdictText } from "../output/verdict.ts";

export async function verify(options: Options, [folder = "."]: readonly string[]): Promise<ExitCode> {
  const verdict = await verifyFolder(resolve(folder));
  const quiet = options.quiet === true && verdict.outcome === "verified"; // what failed is a problem
  sayResult({ ...options, quiet }, verdictJson(verdict), () => verdictText(verdict, options.verbose === true));
  return exitCodes[verdict.outcome];
}
