/** `slipway keys ACTION`: makes, shows and exports keys; each action is loaded only when it runs. */
import { Problem } from "../../model/problem.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import type { KeysAction } from "./keys/action.ts";

const actions: Readonly<Record<string, () => Promise<KeysAction>>> = {
  new: async () => (await import("./keys/new.ts")).newKey,
  show: async () => (await import("./keys/show.ts")).showKeys,
  export: async () => (await import("./keys/export.ts")).exportKey,
  init: async () => (await import("./keys/init.ts")).initRoot,
  add: async () => (await import("./keys/add.ts")).addReleaseToRoot,
  sign: async () => (await import("./keys/sign.ts")).signRootKeys,
  refresh: async () => (await import("./keys/refresh.ts")).refreshRoot,
  rotate: async () => (await import("./keys/rotate.ts")).rotateKey,
  revoke: async () => (await import("./keys/revoke.ts")).revokeKey,
};

export async function keys(options: Options, [name = "show", ...args]: readonly string[]): Promise<ExitCode> {
  const load = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (load === undefined)
    throw new Problem("usage", `keys: there is no action ${JSON.stringify(name)}`, {
      expected: `one of ${Object.keys(actions).join(", ")}`,
    });
  return (await load())(options, args);
}
