/** `slipway verify WHAT`: every byte, every list, every proof; nothing extra, nothing missing. */
import { resolve } from "node:path";

import { Problem } from "../../model/problem.ts";
import { replaceFile } from "../../store/files.ts";
import { exitCodes } from "../../verify/verdict.ts";
import { rebuildExitCodes } from "../../prove/rebuild/report.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { inertJson } from "../output/escaped.ts";
import { rebuildText } from "../output/rebuild.ts";
import { verificationJson, verificationMarkdown } from "../output/report.ts";
import { sayResult } from "../output/say.ts";
import { verdictText } from "../output/verdict.ts";
import { stopSignal } from "../stop.ts";
import { targetOf } from "../verifying/target.ts";
import { type Verification, verifyTarget } from "../verifying/verification.ts";

export async function verify(options: Options, [target = "."]: readonly string[]): Promise<ExitCode> {
  const writers = (options.report ?? []).map(writerOf);
  const stopping = stopSignal(options.timeout);
  try {
    const verified = await verifyTarget(target, options, { env: process.env, signal: stopping.signal });
    const verification = await withRebuild(verified, options, stopping.signal);
    for (const write of writers) await write(verification);
    const { verdict, rebuild } = verification;
    const code = codeOf(verification);
    const quiet = options.quiet === true && code === exit.ok; // what failed is a problem
    const all = options.verbose === true;
    const show = all ? "all" : options.quiet === true ? "problems" : "news";
    sayResult({ ...options, quiet }, verificationJson(verification), () =>
      [verdictText(verdict, show), ...(rebuild === undefined ? [] : [rebuildText(rebuild, all)])].join("\n"),
    );
    return code;
  } finally {
    stopping.release();
  }
}

/** What is not verified is not run. */
async function withRebuild(verification: Verification, options: Options, signal: AbortSignal): Promise<Verification> {
  if (options.rebuild !== true) return verification;
  const target = await targetOf(verification.target);
  if (target.kind !== "folder") throw new Problem("usage", "--rebuild wants the folder of a release");
  if (verification.verdict.outcome !== "verified") return verification;
  const { rebuildFolder } = await import("../rebuild.ts");
  return { ...verification, rebuild: await rebuildFolder(target.path, options, signal) };
}

/** The worse of both: 1 before 2 before 0. */
function codeOf({ verdict, rebuild }: Verification): ExitCode {
  const codes: readonly ExitCode[] = [
    exitCodes[verdict.outcome],
    rebuild === undefined ? exit.ok : rebuildExitCodes[rebuild.outcome],
  ];
  return [exit.failed, exit.unavailable].find((code) => codes.includes(code)) ?? exit.ok;
}

/** Writes a report in the form its name asks for; a name that asks for none is refused before anything is read. */
function writerOf(path: string): (verification: Verification) => Promise<void> {
  const file = resolve(path);
  const write = (text: string): Promise<void> => replaceFile(file, Buffer.from(text), { mode: 0o644, sync: false });
  if (path.endsWith(".json"))
    return (verification) => write(`${inertJson(JSON.stringify(verificationJson(verification), null, 2))}\n`);
  if (path.endsWith(".md")) return (verification) => write(verificationMarkdown(verification));
  throw new Problem("usage", `--report: ${path} has no form of a report`, {
    expected: "a name that ends in .json or .md",
  });
}
