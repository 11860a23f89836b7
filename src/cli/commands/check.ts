/** `slipway check`: everything that can fail for reasons known beforehand, before the first byte is built. */
import type { Plan } from "../../model/plan.ts";
import { exit, type ExitCode } from "../exit.ts";
import { decide, type Decided } from "../decide.ts";
import { checkLive, type LiveCheck } from "../live-check.ts";
import { refuseDecided, refuseNeedless } from "../needless.ts";
import type { Options } from "../options.ts";
import { printProblems } from "../output/problems.ts";
import { sayResult } from "../output/say.ts";
import { stopSignal } from "../stop.ts";
import { untaggedCheck } from "../untagged.ts";

export async function check(options: Options): Promise<ExitCode> {
  refuseDecided(options);
  if (options.live !== true)
    refuseNeedless(options, ["timeout"], { why: "nothing is waited for without --live", hint: "Add --live." });
  const decided = await untaggedCheck(options, decide);
  const { plan, asSnapshot, whySnapshot } = decided;
  const live = options.live === true ? await liveCheck(decided, options) : undefined;
  const code = live?.code ?? exit.ok;
  sayResult(
    options,
    {
      ok: code === exit.ok,
      version: plan.version,
      steps: plan.steps.length,
      asSnapshot,
      skipped: plan.skipped.map(({ what, why }) => ({ what, why })),
      ...(live === undefined ? {} : { live: live.data }),
    },
    () =>
      [
        `${code === exit.ok ? "ok" : "not ok"}: ${summary(plan, whySnapshot)}`,
        ...(live === undefined ? [] : [live.text]),
      ].join("\n"),
  );
  if (options.json !== true && live !== undefined && live.problems.length > 0) printProblems(live.problems, options);
  return code;
}

async function liveCheck({ plan, root }: Decided, { timeout }: Options): Promise<LiveCheck> {
  const stopping = stopSignal(timeout);
  try {
    return await checkLive(plan, root, stopping.signal);
  } finally {
    stopping.release();
  }
}

function summary(plan: Plan, whySnapshot: string): string {
  const makes = plan.steps.reduce((count, step) => count + step.outputs.filter((output) => output.listed).length, 0);
  return [
    `${plan.project} ${plan.version}, ${plan.steps.length} steps, ${makes} artifacts`,
    ...(whySnapshot === "" ? [] : [`checked as a snapshot: ${whySnapshot}`]),
    ...plan.skipped.map(({ what, why }) => `skipped ${what}: ${why}`),
  ].join("\n");
}
