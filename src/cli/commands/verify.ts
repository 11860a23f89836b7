/** `slipway verify WHAT`: every byte, every list, every proof; nothing extra, nothing missing. */
import { resolve } from "node:path";

import { Problem } from "../../model/problem.ts";
import { replaceFile } from "../../store/files.ts";
import { exitCodes } from "../../verify/verdict.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { verificationJson, verificationMarkdown } from "../output/report.ts";
import { sayResult } from "../output/say.ts";
import { verdictText } from "../output/verdict.ts";
import { stopSignal } from "../stop.ts";
import { type Verification, verifyTarget } from "../verifying/verification.ts";

export async function verify(options: Options, [target = "."]: readonly string[]): Promise<ExitCode> {
  const writers = (options.report ?? []).map(writerOf);
  const stopping = stopSignal(options.timeout);
  try {
    const verification = await verifyTarget(target, options, { env: process.env, signal: stopping.signal });
    for (const write of writers) await write(verification);
    const { verdict } = verification;
    const quiet = options.quiet === true && verdict.outcome === "verified"; // what failed is a problem
    sayResult({ ...options, quiet }, verificationJson(verification), () =>
      verdictText(verdict, options.verbose === true),
    );
    return exitCodes[verdict.outcome];
  } finally {
    stopping.release();
  }
}

/** Writes a report in the form its name asks for; a name that asks for none is refused before anything is read. */
function writerOf(path: string): (verification: Verification) => Promise<void> {
  const file = resolve(path);
  const write = (text: string): Promise<void> => replaceFile(file, Buffer.from(text), { mode: 0o644, sync: false });
  if (path.endsWith(".json"))
    return (verification) => write(`${JSON.stringify(verificationJson(verification), null, 2)}\n`);
  if (path.endsWith(".md")) return (verification) => write(verificationMarkdown(verification));
  throw new Problem("usage", `--report: ${path} has no form of a report`, {
    expected: "a name that ends in .json or .md",
  });
}
