/** `slipway keys rotate OLD NEW`: another key in the place of one, vouched for by the old root and the new one. */
import type { Config } from "../../../model/config.ts";
import { Problem } from "../../../model/problem.ts";
import { loadRepository } from "../../../sign/tuf/load.ts";
import { hasKey, withKeyReplaced } from "../../../sign/tuf/roles.ts";
import { rolesOf } from "../../../sign/tuf/root.ts";
import { changeRoot } from "../../../sign/tuf/steps.ts";
import { exit, type ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { remark, sayResult } from "../../output/say.ts";
import { join } from "node:path";
import { configOf, onTrustRoot } from "./root-action.ts";

export async function rotateKey(options: Options, [old, next, extra]: readonly string[]): Promise<ExitCode> {
  if (old === undefined || next === undefined || extra !== undefined || old === next)
    throw new Problem("usage", "keys rotate: two names are wanted", { expected: "slipway keys rotate OLD NEW" });
  const config = await configOf(options);
  if (!(await isInRoot(config, old))) {
    const steps = rotationSteps(config, old, next);
    sayResult(options, { old, new: next, steps }, () => steps.join("\n"));
    return exit.ok;
  }
  await onTrustRoot(
    options,
    config,
    ({ repository, settling, publicKey }) => {
      if (repository.root === undefined) throw new Error("no root");
      return changeRoot(repository, withKeyReplaced(rolesOf(repository.root), old, publicKey(next)), settling);
    },
    [next],
  );
  remark(options, `Now write ${next} in the place of ${old} in trust.root.`);
  return exit.ok;
}

/** Whether a key stands in a role of the metadata, whatever the config says by now. Fails where it is to stand in a root that is not made yet. */
export async function isInRoot({ trust, root }: Config, name: string): Promise<boolean> {
  if (trust.root === undefined) return false;
  const repository = await loadRepository(join(root, trust.root.folder));
  if (repository.root !== undefined) return hasKey(rolesOf(repository.root), name);
  if (!Object.values(trust.root.roles).some(({ keys }) => keys.includes(name))) return false;
  throw new Problem("file.missing", `the trust folder has no root yet in which ${name} could stand`, {
    place: trust.root.place,
    hint: "Change `trust.root`, and run `slipway keys init`.",
  });
}

/** What a person does whose key signs files: nobody but the users' trust files says which keys count. */
function rotationSteps({ trust }: Config, old: string, next: string): readonly string[] {
  const entry = Object.hasOwn(trust.keys, old) ? trust.keys[old] : undefined;
  if (entry === undefined)
    throw new Problem("key.missing", `there is no key called "${old}"`, { expected: "a name from `trust.keys`" });
  const isThere = Object.hasOwn(trust.keys, next);
  return [
    `${old} signs files and stands in no trust root, so whoever verifies has to be told of ${next}:`,
    isThere
      ? `1. ${next} is in trust.keys already.`
      : `1. Make the key: slipway keys new ${next} --kind ${entry.kind}; name it in trust.keys.`,
    `2. Write a trust file: slipway keys export --trust > trust.json. Add ${next} to its keys, and beside ${old} to each \`by\`; thresholds stay.`,
    `3. Make a release that is still signed by ${old} and carries this trust.json. Users who verify it with ${old} get ${next} from it.`,
    `4. Sign the releases after it with both keys: two entries in trust.sign.`,
    `5. When old installations have had time to update: take ${old} out of trust.sign and trust.json, and destroy its secret.`,
  ];
}
