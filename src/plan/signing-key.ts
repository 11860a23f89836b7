/** Decides whether a key can be used here, and what becomes of a signature whose key is missing. */
import type { PackageText } from "../model/config/packages.ts";
import { didYouMean } from "../model/nearest.ts";
import { Problem } from "../model/problem.ts";
import type { KeyFacts } from "../model/signer.ts";
import type { Deciding } from "./deciding.ts";

export type UsableKey = Extract<KeyFacts, { readonly fingerprint: string }>;

/**
 * The key, or undefined where it may be missing (`optional`, in a snapshot, or with --skip sign) and is: then `what` is noted as
 * skipped. Fails with `key.missing` where it must be there, and with `plan.invalid` for a name that no key has.
 */
export function usableKey(
  deciding: Deciding,
  sign: NonNullable<PackageText["sign"]>,
  what: string,
): UsableKey | undefined {
  if (deciding.skip.has("sign")) return skipSignature(deciding, what, "--skip sign");
  const { facts: known, config } = deciding;
  const facts = Object.hasOwn(known.keys, sign.key) ? known.keys[sign.key] : undefined;
  if (facts === undefined)
    throw new Problem("plan.invalid", `sign: no key is called "${sign.key}"`, {
      place: sign.place,
      expected: `a name from \`trust.keys\`${listed(Object.keys(config.trust.keys))}`,
      hint: didYouMean(sign.key, Object.keys(config.trust.keys)),
    });
  if (!("missing" in facts)) return facts;
  if (sign.optional || deciding.facts.isSnapshot) return skipSignature(deciding, what, facts.missing);
  throw new Problem("key.missing", `the key ${sign.key} is not here: ${facts.missing}`, {
    place: sign.place,
    hint: "Put it there, say `optional: true` where it signs, or leave signatures out with --skip sign.",
  });
}

/** An entry is decided once for each target: what is left out is said once. */
export function skipSignature({ skipped }: Deciding, what: string, why: string): undefined {
  if (!skipped.some((other) => other.what === what)) skipped.push({ what, why });
  return undefined;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "" : `: ${names.join(", ")}`;
}
