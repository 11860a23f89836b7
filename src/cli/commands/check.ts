/** `slipway check`: everything that can fail for reasons known beforehand, before the first byte is built. */
import { exit, type ExitCode } from "../exit.ts";
import { decide } from "../decide.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { untaggedCheck } from "../untagged.ts";

export async function check(options: Options): Promise<ExitCode> {
  const { plan, asSnapshot } = await untaggedCheck(options, decide);
  const makes = plan.steps.reduce((count, step) => count + step.outputs.filter((output) => output.listed).length, 0);
  sayResult(
    options,
    {
      ok: true,
      version: plan.version,
      steps: plan.steps.length,
      asSnapshot,
      skipped: plan.skipped.map(({ what, why }) => ({ what, why })),
    },
    () =>
      [
        `ok: ${plan.project} ${plan.version}, ${plan.steps.length} steps, ${makes} artifacts`,
        ...(asSnapshot ? ["checked as a snapshot: HEAD has no tag to release"] : []),
        ...plan.skipped.map(({ what, why }) => `skipped ${what}: ${why}`),
      ].join("\n"),
  );
  return exit.ok;
}
