/** Options that would have no effect beside others are refused: who typed them meant something by them. */
import { Problem, throwIfAny } from "../model/problem.ts";
import type { Options } from "./options.ts";

/** What decides which release it is. */
export const naming = ["snapshot", "nightly", "tag", "setVersion"] as const;

/** All that goes into a decision. */
const deciding = [...naming, "target", "skip", "notes"] as const;

/** Throws `usage` for each of the options that was given. `why`: what makes them needless, as one clause. */
export function refuseNeedless(
  options: Options,
  names: readonly (keyof Options)[],
  why: { readonly why: string; readonly hint?: string | undefined },
): void {
  const given = names.filter((name) => isGiven(options, name));
  throwIfAny(
    given.map((name) => new Problem("usage", `${flagOf(options, name)} has no effect: ${why.why}`, { hint: why.hint })),
  );
}

/** What a Plan in a file says was decided before. */
export function refuseDecided(options: Options): void {
  if (options.plan === undefined) return;
  refuseNeedless(options, deciding, {
    why: `${options.plan} says what was decided`,
    hint: "Give it to `slipway plan`, which writes such a file, or leave --plan out.",
  });
}

/** Options with `--no-` are true until somebody says otherwise. */
function isGiven(options: Options, name: keyof Options): boolean {
  const value = options[name];
  return value !== undefined && !(switchedOff.has(name) && value === true);
}

const switchedOff: ReadonlySet<keyof Options> = new Set(["cache", "gates", "images"]);

function flagOf(options: Options, name: keyof Options): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return options[name] === false ? `--no-${words}` : `--${words}`;
}
