/** What metadata that waits for a signature would change, for the person who is asked to sign it. */
import { createHash } from "node:crypto";

import { type TufKey, verifierOf } from "../../format/tuf/keys.ts";
import type { Metadata } from "../../format/tuf/metadata.ts";
import { tufRoles } from "../../model/trust-root.ts";
import { rolesOf } from "./root.ts";

/** A sentence for each role whose keys or threshold become others, and how long it is believed. */
export function rootDifferences(before: Metadata<"root"> | undefined, after: Metadata<"root">): readonly string[] {
  const old = before === undefined ? undefined : rolesOf(before);
  const wanted = rolesOf(after);
  const roles = tufRoles.flatMap((role) => {
    const was = old === undefined ? "nobody" : signersIn(old[role]);
    const becomes = signersIn(wanted[role]);
    return was === becomes ? [] : [`root ${after.signed.version}: ${role} is signed by ${becomes} instead of ${was}`];
  });
  return [...roles, `root ${after.signed.version} is believed until ${after.signed.expires}`];
}

/** A sentence for each target that is new, another one, or gone; at most so many, and how many there are besides; and how long they are believed. */
export function targetDifferences(
  before: Metadata<"targets"> | undefined,
  after: Metadata<"targets">,
  most = 20,
): readonly string[] {
  const old = before?.signed.targets ?? {};
  const now = after.signed.targets;
  const paths = [...new Set([...Object.keys(old), ...Object.keys(now)])].toSorted();
  const lines = paths.flatMap((path) => {
    const was = Object.hasOwn(old, path) ? old[path]?.hashes["sha256"] : undefined;
    const becomes = Object.hasOwn(now, path) ? now[path]?.hashes["sha256"] : undefined;
    if (was === becomes) return [];
    return [
      `targets ${after.signed.version}: ${path} becomes ${becomes === undefined ? "nothing" : `sha256:${becomes}`}`,
    ];
  });
  const shown = lines.length <= most ? lines : [...lines.slice(0, most), `... and ${lines.length - most} more`];
  return [...shown, `targets ${after.signed.version} are believed until ${after.signed.expires}`];
}

function signersIn({ keys, threshold }: ReturnType<typeof rolesOf>["root"]): string {
  const names = keys.map(({ name, key }) => `${name} (${fingerprintOf(key)})`).toSorted();
  return keys.length === 1 ? (names[0] ?? "") : `${threshold} of ${names.join(", ")}`;
}

/** The beginning of what `slipway keys show` has for the key, so that people can compare it. */
function fingerprintOf(key: TufKey): string {
  const der = Buffer.from(verifierOf(key)?.identity ?? "", "hex");
  return createHash("sha256").update(der).digest("hex").slice(0, 16);
}
