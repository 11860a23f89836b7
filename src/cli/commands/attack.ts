/** `slipway attack FOLDER`: attacks copies of a release the ways releases are attacked, and says what the verifier refused. */
import { join, resolve } from "node:path";

import { plain } from "../../model/json.ts";
import { attackRelease } from "../../prove/attack/run.ts";
import { exit, type ExitCode } from "../exit.ts";
import { attackEngine, metadataOf, readTrust, withoutRoot } from "../attacking.ts";
import type { Options } from "../options.ts";
import { attackedText, attackReportText } from "../output/attack.ts";
import { remark, sayResult } from "../output/say.ts";
import { stopSignal } from "../stop.ts";

export async function attack(options: Options, [folder = "."]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    const named = typeof options.trust === "string" ? options.trust : process.env["SLIPWAY_TRUST"];
    const written = named === undefined || named === "" ? undefined : await readTrust(named);
    const report = await attackRelease({
      folder: resolve(folder),
      file: written === undefined ? undefined : withoutRoot(written),
      metadata:
        written === undefined ? undefined : await metadataOf(written, options.metadata ?? join(folder, "trust")),
      engine: attackEngine(process.env),
      onAttack: (attacked) => {
        if (options.verbose === true) remark(options, attackedText(attacked));
      },
      signal: stopping.signal,
    });
    const quiet = options.quiet === true && report.outcome === "refused"; // what was accepted is a problem
    sayResult({ ...options, quiet }, plain(report), () => attackReportText(report));
    return report.outcome === "refused" ? exit.ok : exit.failed;
  } finally {
    stopping.release();
  }
}
