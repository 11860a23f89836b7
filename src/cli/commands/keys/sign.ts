/** `slipway keys sign`: adds the signatures of the keys that are here to trust metadata that waits for them. */
import { signPending } from "../../../sign/tuf/steps.ts";
import { exit, type ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { noNames } from "./action.ts";
import { configOf, onTrustRoot } from "./root-action.ts";

export async function signRootKeys(options: Options, names: readonly string[]): Promise<ExitCode> {
  noNames("sign", names);
  await onTrustRoot(options, await configOf(options), ({ repository, settling }) => signPending(repository, settling));
  return exit.ok;
}
