/** `slipway publish [RELEASE]`: publishes a release that was made. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { Problem } from "../../model/problem.ts";
import { afterPublish } from "../after-publish.ts";
import type { ExitCode } from "../exit.ts";
import { refuseNeedless } from "../needless.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { printFailures, publishRelease } from "../publishing.ts";
import { type Where, whereOf } from "../publishing/where.ts";
import { refuseNamedTwice } from "../publishing/which.ts";
import { stopSignal } from "../stop.ts";

export async function publish(options: Options, [what]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    await refuseUseless(options, what);
    const where = silenced(ofSnapshot(await whereOf(options, what), options), options);
    refuseUnmade(where);
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

function refuseUnmade({ folder, plan }: Where): void {
  if (existsSync(join(folder, "release.json"))) return;
  const what = plan === undefined ? "it" : `${plan.project} ${plan.version}`;
  throw new Problem("file.missing", `${folder} holds no release`, {
    hint: `Make ${what} first: slipway release makes and publishes it.`,
  });
}

/** What was made before is published: options that say how to make it, or twice what it is, come too late. */
async function refuseUseless(options: Options, what: string | undefined): Promise<void> {
  const unusable = sectionsOf(options).find((section) => !skippable.includes(section));
  if (unusable !== undefined)
    throw new Problem("usage", `--skip: publishing leaves out nothing of "${unusable}"`, {
      expected: `one of ${skippable.join(", ")}`,
      hint: "What a place gets is said by `only` and `except` under `publish`.",
    });
  if (options.stage === true)
    refuseNeedless(options, ["drafts"], {
      why: "--stage shows nothing yet",
      hint: "Publish again without --stage to show it.",
    });
  await refuseNamedTwice({ ...options, skip: undefined }, what);
}

const skippable: readonly string[] = ["announce", "images", "sign", "validate"];

function sectionsOf({ skip = [] }: Options): readonly string[] {
  return skip.flatMap((section) => section.split(","));
}

/** Also where what to announce was decided before. */
function silenced(where: Where, options: Options): Where {
  if (where.plan === undefined || !sectionsOf(options).includes("announce")) return where;
  return { ...where, plan: { ...where.plan, announce: [] } };
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
