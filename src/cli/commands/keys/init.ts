/** `slipway keys init`: the first root of the project's trust metadata, or the next one when `trust.root` says something else. */
import { configuredRoles } from "../../../sign/tuf/roles.ts";
import { establishRoot } from "../../../sign/tuf/steps.ts";
import { exit, type ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { noNames } from "./action.ts";
import { configOf, onTrustRoot } from "./root-action.ts";

export async function initRoot(options: Options, names: readonly string[]): Promise<ExitCode> {
  noNames("init", names);
  await onTrustRoot(options, await configOf(options), ({ entry, repository, settling, publicKey }) =>
    establishRoot(repository, configuredRoles(entry, publicKey), settling),
  );
  return exit.ok;
}
