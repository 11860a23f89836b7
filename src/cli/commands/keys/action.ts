/** An action of `slipway keys`, and what actions ask of their words. */
import { Problem } from "../../../model/problem.ts";
import type { ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";

/** Carries out an action; `args` are the words after its name. */
export type KeysAction = (options: Options, args: readonly string[]) => Promise<ExitCode>;

/** The one name an action wants. Fails with `usage`. */
export function onlyName(action: string, [name, extra]: readonly string[]): string {
  if (name !== undefined && extra === undefined) return name;
  throw new Problem("usage", `keys ${action}: ${name === undefined ? "no name" : "more than one name"} is given`, {
    expected: `slipway keys ${action} NAME`,
  });
}

/** Of an action that wants none. Fails with `usage`. */
export function noNames(action: string, names: readonly string[]): void {
  if (names.length > 0)
    throw new Problem("usage", `keys ${action}: ${JSON.stringify(names[0])} is too much`, {
      expected: `slipway keys ${action}`,
    });
}
