/** `slipway keys revoke NAME`: takes a key out of every role, and signs anew what it signed. */
import type { Config } from "../../../model/config.ts";
import { Problem } from "../../../model/problem.ts";
import { withoutKey } from "../../../sign/tuf/roles.ts";
import { rolesOf } from "../../../sign/tuf/root.ts";
import { changeRoot } from "../../../sign/tuf/steps.ts";
import { exit, type ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { remark, sayResult } from "../../output/say.ts";
import { onlyName } from "./action.ts";
import { configOf, onTrustRoot } from "./root-action.ts";
import { isInRoot } from "./rotate.ts";

export async function revokeKey(options: Options, names: readonly string[]): Promise<ExitCode> {
  const name = onlyName("revoke", names);
  const config = await configOf(options);
  if (!(await isInRoot(config, name))) {
    const steps = revocationSteps(config, name);
    sayResult(options, { name, steps }, () => steps.join("\n"));
    return exit.ok;
  }
  await onTrustRoot(options, config, ({ repository, settling }) => {
    if (repository.root === undefined) throw new Error("no root");
    return changeRoot(repository, withoutKey(rolesOf(repository.root), name), settling);
  });
  remark(options, `Now take ${name} out of trust.root, and look at what it signed.`);
  return exit.ok;
}

function revocationSteps({ trust }: Config, name: string): readonly string[] {
  if (!Object.hasOwn(trust.keys, name))
    throw new Problem("key.missing", `there is no key called "${name}"`, { expected: "a name from `trust.keys`" });
  return [
    `${name} signs files and stands in no trust root: nothing that is published can take it back. So:`,
    `1. Take ${name} out of trust.sign and trust.keys, and name another key there.`,
    "2. Write the trust file anew: slipway keys export --trust > trust.json.",
    `3. Give it to everybody by a way that ${name} cannot sign for: the project's page, a message, a package of the system.`,
    "4. Sign the releases that are still offered with the other key, and remove the signatures of this one.",
  ];
}
