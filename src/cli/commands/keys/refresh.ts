/** `slipway keys refresh`: signs the timestamp anew, and whatever else is about to expire. For a job that runs every day. */
import { refreshRepository } from "../../../sign/tuf/steps.ts";
import type { ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { noNames } from "./action.ts";
import { codeOf, configOf, onTrustRoot } from "./root-action.ts";

export async function refreshRoot(options: Options, names: readonly string[]): Promise<ExitCode> {
  noNames("refresh", names);
  return codeOf(
    await onTrustRoot(options, await configOf(options), ({ repository, settling }) =>
      refreshRepository(repository, settling),
    ),
  );
}
