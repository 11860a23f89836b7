/** Decides which key signs a package. */
import type { PackageEntry, PackageText } from "../model/config/packages.ts";
import type { PackageKind } from "../model/package-kind.ts";
import { Problem } from "../model/problem.ts";
import type { Deciding } from "./deciding.ts";
import { skipSignature, usableKey, type UsableKey } from "./signing-key.ts";

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
): UsableKey | undefined {
  if (sign === undefined) return undefined;
  const isOwn = entry.byFormat[kind.kind]?.text.sign !== undefined;
  if (kind.signedBy === undefined && !deciding.skip.has("sign")) {
    if (isOwn) throw new Problem("plan.invalid", `${kind.kind} packages cannot be signed`, { place: sign.place });
    return skipSignature(deciding, `${entry.path} ${kind.kind} signature`, `${kind.kind} packages are not signed`);
  }
  const facts = usableKey(deciding, sign, `${entry.path} ${kind.kind} signature`);
  if (facts === undefined) return undefined;
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
