/** `slipway publish [FOLDER]`: publishes a release that was made. */
import { Problem } from "../../model/problem.ts";
import { afterPublish } from "../after-publish.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { printFailures, publishRelease } from "../publishing.ts";
import { type Where, whereOf } from "../publishing/where.ts";
import { stopSignal } from "../stop.ts";

export async function publish(options: Options, [folder]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    const where = ofSnapshot(await whereOf(options, folder), options);
    const request = { ...where, signal: stopping.signal };
    const made = await publishRelease(request, options);
    const published = options.stage === true ? made : await afterPublish(made, request);
    sayResult(options, published.data, () => published.text);
    printFailures(published, options);
    return published.code;
  } finally {
    stopping.release();
  }
}

/** A snapshot goes where it is asked to go, or where the config lets snapshots go. */
function ofSnapshot(where: Where, { to }: Options): Where {
  if (where.plan?.isSnapshot !== true || to !== undefined) return where;
  const publish = where.publish.filter(({ snapshots }) => snapshots === true);
  if (publish.length > 0) return { ...where, publish };
  throw new Problem("usage", "a snapshot is published nowhere by itself", {
    hint: "name a store of the config, or a folder: --to STORE; or write `snapshots: true` beside a store under `publish`",
  });
}
