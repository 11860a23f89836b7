/** `slipway publish [FOLDER]`: publishes a release that was made. */
import { resolve } from "node:path";

import type { Plan } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { afterPublish } from "../after-publish.ts";
import { decide } from "../decide.ts";
import type { ExitCode } from "../exit.ts";
import { folderOf, keptPlan } from "../folder.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { onlyTo, printFailures, publishRelease, type PublishingRequest } from "../publishing.ts";
import { stopSignal } from "../stop.ts";

export async function publish(options: Options, [folder]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    const request = await requestOf(options, folder);
    const whole = { ...request, signal: stopping.signal };
    const published = await afterPublish(await publishRelease(whole), whole);
    sayResult(options, published.data, () => published.text);
    printFailures(published, options);
    return published.code;
  } finally {
    stopping.release();
  }
}

/** What is published where: by the plan that was named, the one beside the Release, or the one decided now. */
async function requestOf(options: Options, folder: string | undefined): Promise<Omit<PublishingRequest, "signal">> {
  const kept = folder === undefined ? undefined : keptPlan(folder);
  if (folder !== undefined && options.to !== undefined && kept === undefined && options.plan === undefined) {
    const release = resolve(folder);
    return {
      root: process.cwd(),
      folder: release,
      layout: "flat",
      publish: onlyTo(options.to, release),
      plan: undefined,
    };
  }
  const decided = await decide({ ...options, plan: options.plan ?? kept });
  const { plan, root } = decided;
  if (plan.isSnapshot && options.to === undefined) {
    throw new Problem("usage", "a snapshot is published nowhere by itself", {
      hint: "name a store of the config, or a folder: --to STORE",
    });
  }
  const release = folder === undefined ? folderOf(decided) : resolve(folder);
  return {
    root,
    folder: release,
    layout: plan.release.layout,
    publish: options.to === undefined ? plan.publish : placeNamed(options.to, plan.publish, release),
    plan,
  };
}

/** A store of the Plan by its name, or else a folder; `./NAME` is always a folder. */
function placeNamed(to: string, publish: Plan["publish"], release: string): Plan["publish"] {
  const stores = publish.filter(({ store }) => store === to);
  return stores.length > 0 ? stores : onlyTo(to, release);
}
