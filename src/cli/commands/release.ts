/** `slipway release`: makes everything in the Plan, closes the Release, and publishes it. */
import { relative, resolve } from "node:path";

import { afterPublish } from "../after-publish.ts";
import { decide, type Decided } from "../decide.ts";
import { exit, type ExitCode } from "../exit.ts";
import { folderOf, keepPlan } from "../folder.ts";
import { makeRelease } from "../making.ts";
import { refuseDecided } from "../needless.ts";
import type { Options } from "../options.ts";
import { artifactJson, releaseText } from "../output/release.ts";
import { remark, sayResult } from "../output/say.ts";
import { printFailures, type Published, publishRelease, refuseUnreachable } from "../publishing.ts";
import { stopSignal } from "../stop.ts";
import { trustRootJson, vouchFor } from "../vouch.ts";

export async function release(options: Options): Promise<ExitCode> {
  const started = performance.now();
  refuseDecided(options);
  const decided = await decide(options);
  const { plan } = decided;
  remark(options, `${plan.project} ${plan.version}`);
  for (const { what, why } of plan.skipped) remark(options, `skipped  ${what}: ${why}`);
  const folder = folderOf(decided);
  const publishes = !plan.isSnapshot && plan.publish.length + (plan.leftOut ?? []).length > 0;
  if (publishes) await untilStopped((signal) => refuseUnreachable({ ...requestOf(decided, folder), signal }));
  const artifacts = await makeRelease(decided, folder, options);
  await keepPlan(decided);
  const publishing = async (signal: AbortSignal): Promise<Published> => {
    const request = { ...requestOf(decided, folder), signal };
    return afterPublish(await publishRelease(request, options), request);
  };
  const published = publishes ? await untilStopped(publishing) : undefined;
  const vouched =
    published === undefined || published.code === exit.ok ? await vouchFor(decided, folder, options) : undefined;
  const shown = relative(process.cwd(), folder) || resolve(folder);
  sayResult(
    options,
    {
      project: plan.project,
      version: plan.version,
      folder: shown,
      artifacts: artifacts.map(artifactJson),
      ...(published === undefined ? {} : { published: published.data }),
      ...(vouched === undefined ? {} : { trustRoot: trustRootJson(vouched) }),
    },
    () =>
      [
        releaseText(plan, shown, artifacts, performance.now() - started),
        ...(published === undefined ? [] : [published.text]),
      ].join("\n"),
  );
  if (published === undefined) return exit.ok;
  printFailures(published, options);
  return published.code;
}

function requestOf({ plan, root }: Decided, folder: string) {
  return { root, folder, layout: plan.release.layout, publish: plan.publish, plan };
}

async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = stopSignal(undefined);
  try {
    return await work(stopping.signal);
  } finally {
    stopping.release();
  }
}
