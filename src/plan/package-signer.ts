/** Decides which key signs a package. */
import type { PackageEntry, PackageText } from "../model/config.ts";
import type { PackageKind } from "../model/package.ts";
import { Problem } from "../model/problem.ts";
import type { KeyFacts } from "../model/signer.ts";
import type { Deciding } from "./deciding.ts";

type Usable = Extract<KeyFacts, { readonly fingerprint: string }>;

/**
 * The key, or undefined where the package goes unsigned: nobody asked, the format has no signatures, or the key may be missing
 * (`optional`, or in a snapshot) and is. Fails with `key.missing` where it must be there, and with `plan.invalid` where it cannot
 * sign this format.
 */
export function signerFor(
  deciding: Deciding,
  entry: PackageEntry,
  kind: PackageKind,
  sign: PackageText["sign"],
): Usable | undefined {
  if (sign === undefined) return undefined;
  const what = `${entry.path} ${kind.kind} signature`;
  const skip = (why: string): undefined => {
    if (!deciding.skipped.some((skipped) => skipped.what === what)) deciding.skipped.push({ what, why });
    return undefined;
  };
  if (deciding.skip.has("sign")) return skip("--skip sign");
  const isOwn = entry.byFormat[kind.kind]?.text.sign !== undefined;
  if (kind.signedBy === undefined) {
    if (!isOwn) return skip(`${kind.kind} packages are not signed`);
    throw new Problem("plan.invalid", `${kind.kind} packages cannot be signed`, { place: sign.place });
  }
  const facts = deciding.facts.keys[sign.key];
  if (facts === undefined)
    throw new Problem("plan.invalid", `sign: no key is called "${sign.key}"`, {
      place: sign.place,
      expected: `a name from \`trust.keys\`${namesOf(deciding)}`,
    });
  if ("missing" in facts) {
    if (sign.optional || deciding.facts.isSnapshot) return skip(facts.missing);
    throw new Problem("key.missing", `the key ${sign.key} is not here: ${facts.missing}`, {
      place: sign.place,
      hint: "Put it there, write `sign: { key: NAME, optional: true }`, or leave signatures out with --skip sign.",
    });
  }
  if (facts.method === "rsa" && facts.keyName === "")
    throw new Problem("key.invalid", `nobody said under which name ${kind.kind} knows the key ${sign.key}`, {
      place: sign.place,
      hint: `Name the public key's file in \`trust.keys\`: \`${sign.key}: { rsa: ..., as: team@example.com-5f2c.rsa.pub }\`.`,
    });
  if (facts.method === kind.signedBy) return facts;
  throw new Problem(
    "plan.invalid",
    `${kind.kind} packages are signed by ${kind.signedBy} keys, and ${sign.key} is ${facts.method}`,
    {
      place: sign.place,
      hint: `Name another key under \`${kind.kind}:\`: \`${kind.kind}: { sign: NAME }\`.`,
    },
  );
}

function namesOf({ facts }: Deciding): string {
  const names = Object.keys(facts.keys);
  return names.length === 0 ? "" : `: ${names.join(", ")}`;
}
